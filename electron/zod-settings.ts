// Before any schema is made: how zod checks.
import { z } from 'zod'

// It would compile a function for every schema that is asked once, which costs a start and a short run more than it saves, and in the
// page it may not (no eval in its CSP). What is read by the thousand, the lines of a session, mostly needs no schema at all.
z.config({ jitless: true })
