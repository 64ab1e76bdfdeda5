// Imported before everything else: tells zod not to try `new Function`, which the page's CSP would report as an attack.
// zod reads this object when its first schema is made; the schemas themselves live in shared/.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
