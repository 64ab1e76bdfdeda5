// @ts-check
/** An expected failure: its message is one sentence that says what is wrong and how to put it right. */
export class ProvisionFailure extends Error {}
