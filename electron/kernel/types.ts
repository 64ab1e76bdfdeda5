// The kernel's vocabulary: actors, their messages, how they are supervised, and what a service declares.

/** Where time comes from. Milliseconds that only grow, and one call back after a while. */
export interface Clock {
  now(): number
  /** The returned function takes the call back; taking it back twice, or too late, is harmless. */
  after(milliseconds: number, callback: () => void): () => void
}

/** `full`: the mailbox refuses, try later or give up. `dead`: the actor has ended, or is about to; the message is a dead letter. */
export type Told = 'accepted' | 'full' | 'dead'

/** How others hold an actor. It stays dead once the actor has ended, also when a new actor takes the name. */
export interface ActorRef<in Message> {
  readonly name: string
  /** Never throws and never waits. Accepted means queued: the actor may still end before it comes to it. */
  tell(message: Message): Told
}

/** Where the answer to an ask goes. The first settling counts; whatever comes after it is ignored. */
export interface ReplyTo<in Value> {
  answer(value: Value): void
  reject(reason: unknown): void
}

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: unknown }

/** What an actor is given when it starts; a new one for every incarnation. */
export interface ActorContext<Message> {
  readonly self: ActorRef<Message>
  /** Aborts when the incarnation begins to end: a failure, a stop, a restart. */
  readonly signal: AbortSignal
  /**
   * Runs slow work beside the mailbox. Its outcome, good or bad, is received as a message by this incarnation and by no
   * later one. It has a place in the mailbox from the start, so a full mailbox cannot lose it. Throws when more than
   * `ActorOptions.pipes` works would be under way; starts nothing once the incarnation is ending.
   */
  pipe<Value>(work: (signal: AbortSignal) => Promise<Value>, toMessage: (outcome: Outcome<Value>) => Message): void
  /** "I have finished": ends after the current message. A permanent actor begins anew, every other has ended normally. */
  stop(): void
}

export interface Behavior<in Message> {
  /** One message at a time. Short: it may await a disk append, never a model, a process, a person or another actor. */
  receive(message: Message): void | Promise<void>
  /** Last words, once for every start that succeeded: after the current `receive` and after piped work has settled. */
  stopped?(): void | Promise<void>
}

/** OTP's restart types: after every end, after a failure, never. A stop from outside is never followed by a restart. */
export type RestartPolicy = 'permanent' | 'transient' | 'temporary'

export interface SupervisionOptions {
  restart: RestartPolicy
  /** More restarts than these within so many ms, and the actor has failed for good. Default: 5 in 60,000. */
  intensity?: { restarts: number; withinMs: number }
  /** The wait doubles with every restart that still counts for the intensity. Default: 100, at most 10,000. */
  backoff?: { firstMs: number; maxMs: number }
}

export interface ActorOptions<Message> extends SupervisionOptions {
  /** How many messages may wait. */
  capacity: number
  /** How many piped works may be under way or have their outcome waiting. Default: 16. */
  pipes?: number
  /** How long an ending incarnation may take for its work under way, and again for its last words. Default: 5,000. */
  stopDeadlineMs?: number
  /** Told when the intensity is exhausted. */
  bulkhead?: Bulkhead
  start(context: ActorContext<Message>): Behavior<Message> | Promise<Behavior<Message>>
}

/** A message in its mailbox. Outcomes of piped work wait in reserved places and never outlive their incarnation. */
export interface Envelope<Message> {
  readonly message: Message
  readonly isOutcome: boolean
}

/** What of an actor's own code was running. */
export type Phase = 'start' | 'receive' | 'pipe' | 'stopped'

/** Why an incarnation ends. The first cause counts. */
export type Ending = { cause: 'failure'; failure: unknown } | { cause: 'finish' | 'restart' | 'stop' }

/** A message nobody will receive: told to an actor that had ended, or still queued when it stopped or failed. */
export interface DeadLetter {
  readonly name: string
  readonly message: unknown
  readonly reason: 'dead' | 'stopped' | 'failed'
}

/** What an observer hears. Every actor that is spawned ends with exactly one `stopped` or `failed`. */
export type KernelEvent =
  | { type: 'spawned'; name: string }
  /** The actor's own code threw; what follows from it is told separately. */
  | { type: 'fault'; name: string; during: Phase; failure: unknown }
  /** A new incarnation begins. `failure` is undefined when the last one finished or a person asked for it. */
  | { type: 'restarted'; name: string; failure: unknown; count: number }
  | { type: 'failed'; name: string; failure: unknown }
  | { type: 'stopped'; name: string }
  /** What was under way did not settle within the deadline and is left behind; the actor ends. */
  | { type: 'abandoned'; name: string; during: Phase }
  | ({ type: 'dead-letter' } & DeadLetter)
  /** Told once until there is room again. */
  | { type: 'mailbox-full'; name: string; capacity: number }

export interface ActorSnapshot {
  readonly name: string
  /** The name up to its first slash. */
  readonly kind: string
  readonly state: 'starting' | 'idle' | 'busy' | 'restarting' | 'stopping'
  /** Messages that wait, outcomes of piped work not counted: never more than the capacity. */
  readonly queueLength: number
  readonly capacity: number
  readonly restarts: number
  /** Since the present incarnation began. */
  readonly uptimeMs: number
  readonly pipes: number
}

export interface Kernel {
  /** Throws when the name is taken or the kernel is closed: both are bugs. The actor starts in a later microtask. */
  spawn<Message>(name: string, options: ActorOptions<Message>): ActorRef<Message>
  /** Resolves when the actor has ended, and always does. An actor must not await its own stop inside `receive`. */
  stop(name: string): Promise<void>
  /** Ends the incarnation and begins a new one at once; counts for no intensity. False when there is no such actor. */
  restart(name: string): boolean
  snapshot(): ActorSnapshot[]
  observe(listener: (event: KernelEvent) => void): () => void
  /** Stops every actor and spawns no more. */
  close(): Promise<void>
}

export type BulkheadState = { state: 'ok' } | { state: 'degraded' | 'off'; reason: string }

/** What keeps the failure of one service from the others: whether the service works, and if not, why. */
export interface Bulkhead {
  readonly service: string
  current(): BulkheadState
  change(state: BulkheadState): void
  /** Called by the kernel for an actor whose restart intensity is exhausted. */
  workerFailed(name: string, failure: unknown): void
}

declare const provided: unique symbol

/** The typed name of what one service provides to others. */
export interface Capability<out Value> {
  readonly name: string
  /** Only for the compiler; no object has it. */
  readonly [provided]?: Value
}

export type Needs = Readonly<Record<string, Capability<unknown>>>

/** The values of the declared needs, under the names the service gave them. */
export type Needed<Declared extends Needs> = {
  readonly [Key in keyof Declared]: Declared[Key] extends Capability<infer Value> ? Value : never
}

export interface ServiceContext {
  readonly bulkhead: Bulkhead
  /** Aborts when the service is about to stop, or shall not go on starting. */
  readonly signal: AbortSignal
}

export interface StartedService<Value> {
  provides: Value
  stop?(): unknown
}

/** One service: `needs` is its whole authority. */
export interface ServiceDeclaration<Declared extends Needs, Value> {
  name: string
  needs: Declared
  provides: Capability<Value>
  /** What the service becomes when one of its actors has failed for good. Default: off. */
  whenWorkerFails?: 'degraded' | 'off'
  start(needs: Needed<Declared>, context: ServiceContext): StartedService<Value> | Promise<StartedService<Value>>
}
