// The channels of skills.
import { z } from 'zod'
import { call, nothing } from './call.ts'
import { sessionId } from './session.ts'
import {
  shownFile,
  skillDetails,
  skillInspection,
  skillJudgement,
  skillLibrary,
  skillRoom,
  skillSummary,
  skillUse,
  trashedSkill,
} from './skills.ts'

const key = () => z.string().regex(/^[0-9a-f]{32}$/)
const hash = () => z.string().regex(/^[0-9a-f]{64}$/)
const inspectionId = () => z.string().min(1).max(100)
const trashId = inspectionId
const path = () => z.string().min(1).max(4_096)
/** Of SKILL.md: what is longer is refused anyway. */
const text = () => z.string().max(1_048_576)
const folderName = () => z.string().min(1).max(255)
const inspected = () => z.object({ inspection: skillInspection().nullable() })

/** Of one dropped folder or archive, before it is sent in base64. */
export const droppedBytesLimit = 5_000_000

export const skillCalls = {
  /** Everything that is seen: for a session's folder, or without one. */
  'skills.library': call(() => z.strictObject({ sessionId: sessionId.nullable() }), skillLibrary),
  /** Looks at every folder again. */
  'skills.rescan': call(() => z.strictObject({ sessionId: sessionId.nullable() }), skillLibrary),
  'skills.details': call(() => z.strictObject({ key: key() }), skillDetails),
  /** A text file of a skill, at most 256 KB of it; null when it is no text. */
  'skills.file': call(() => z.strictObject({ key: key(), path: path() }), shownFile),
  /** For all sessions. Switching on says yes to what is there now, and to nothing it may become. `hash` is what was shown. */
  'skills.setEnabled': call(() => z.strictObject({ key: key(), on: z.boolean(), hash: hash() }), skillSummary),
  /** What is to be said of a SKILL.md that is being written. */
  'skills.judge': call(() => z.strictObject({ text: text(), folderName: folderName() }), skillJudgement),
  /** Shows a skill's folder in the system's file manager, or its SKILL.md in the person's editor. */
  'window.showSkill': call(
    () => z.strictObject({ key: key(), what: z.enum(['folder', 'editor']) }),
    () => nothing,
  ),
  /** Everything that is seen from a folder: a person stands in one without a session. Windows are refused. */
  'terminal.skillLibrary': call(() => z.strictObject({ folder: path().nullable() }), skillLibrary),
  /** A skill's folder, or a folder of them, changed in nothing. Windows are refused. */
  'terminal.validateSkills': call(
    () => z.strictObject({ path: path() }),
    () => z.object({ skills: z.array(z.object({ folder: z.string(), judgement: skillJudgement() })) }),
  ),
} as const

/** What has to do with sessions. */
export const skillUseCalls = {
  /** What sessions say of skills of this name, in the last 30 days. */
  'skills.use': call(() => z.strictObject({ key: key() }), skillUse),
  /** What a model is told of all that are on, and what it has no room for. */
  'skills.room': call(() => nothing, skillRoom),
  /** Says yes to what is there now without switching it on for all: for a session's own choice, or one that tries it. */
  'skills.accept': call(() => z.strictObject({ key: key(), hash: hash() }), skillSummary),
  /** For one session, by its name, from its next question on; null: as for all. */
  'skills.setForSession': call(
    () => z.strictObject({ sessionId, name: z.string().min(1).max(200), on: z.boolean().nullable() }),
    () => nothing,
  ),
} as const

/** What changes skills on the disk. */
export const skillInstallCalls = {
  /** A new skill of the person's own, from a template, switched off. */
  'skills.create': call(
    () => z.strictObject({ name: z.string().trim().min(1).max(64), description: z.string().trim().min(1).max(1_024) }),
    skillDetails,
  ),
  /** Only where Carrel may write. `before` is the hash of what was shown: `denied` when it is another one now. */
  'skills.save': call(() => z.strictObject({ key: key(), text: text(), before: hash() }), skillDetails),
  /** Mends what Carrel can mend by itself (`fix` of a problem), where it may write. */
  'skills.mend': call(
    () => z.strictObject({ key: key(), fix: z.enum(['rename-folder', 'rewrite-frontmatter']) }),
    skillDetails,
  ),
  /** Fetches an https or ssh git URL, with an optional `#ref:subfolder`, into the staging folder. */
  'skills.inspectGit': call(() => z.strictObject({ url: z.string().min(1).max(2_000) }), inspected),
  /** What was dropped onto the page: the bytes themselves, since no page may name a path. One file is an archive. */
  'skills.inspectDropped': call(
    () =>
      z.strictObject({
        name: z.string().min(1).max(255),
        files: z
          .array(z.strictObject({ path: path(), base64: z.string() }))
          .min(1)
          .max(2_000),
      }),
    inspected,
  ),
  /** Looks at where an installed skill came from; null when the person does not want its host to be reached. */
  'skills.inspectUpdate': call(() => z.strictObject({ key: key() }), inspected),
  /** Takes the place of what is there under its name, as a whole. Switched off, unless it was on and is replaced. */
  'skills.install': call(() => z.strictObject({ id: inspectionId(), overwriteEdits: z.boolean() }), skillSummary),
  /** A file of what is being looked at, as `skills.file`; `not-found` when it was installed or thrown away. */
  'skills.inspectedFile': call(() => z.strictObject({ id: inspectionId(), path: path() }), shownFile),
  'skills.discard': call(
    () => z.strictObject({ id: inspectionId() }),
    () => nothing,
  ),
  /** Into Carrel's trash; only where Carrel may write. */
  'skills.remove': call(
    () => z.strictObject({ key: key() }),
    () => z.object({ trashId: trashId() }),
  ),
  'skills.takeBack': call(() => z.strictObject({ trashId: trashId() }), skillSummary),
  /** Those that were removed, the newest first. They go for good with the rest of the trash. */
  'skills.trash': call(
    () => nothing,
    () => z.object({ skills: z.array(trashedSkill()) }),
  ),
  /** A folder or an archive from the system's own dialog; null when the person chose none. */
  'window.chooseSkill': call(() => z.strictObject({ what: z.enum(['folder', 'archive']) }), inspected),
  /** A folder, an archive or a git URL by name. Windows are refused: no page may name a path. */
  'terminal.inspectSkill': call(() => z.strictObject({ source: path() }), inspected),
  /** The same of where an installed one came from: whoever gives the command has said yes to its host. Windows are refused. */
  'terminal.inspectSkillUpdate': call(() => z.strictObject({ key: key() }), inspected),
} as const
