// Skills as every front sees them: what lies in the folders that are looked through, and what is to be said of it.
import { z } from 'zod'

/** Where a skill lies, the one that wins first: the session's folder, the person's own folders, what comes with Carrel. */
export const skillScopes = ['project', 'user', 'built-in'] as const
export type SkillScope = (typeof skillScopes)[number]

/** Stable: the terminal prints them, and tests name them. */
export const skillProblemCodes = [
  // The file.
  'no-frontmatter',
  'unclosed',
  'fence-language',
  'frontmatter-too-large',
  'frontmatter-not-mapping',
  'nul-byte',
  'file-too-large',
  'not-text',
  'yaml-repaired',
  'yaml-line-fallback',
  'yaml-unreadable',
  'empty-body',
  'body-over-500-lines',
  'unknown-field',
  // Its name and its description.
  'name-from-folder',
  'name-folder-mismatch',
  'name-uppercase',
  'name-chars',
  'name-hyphens',
  'name-too-long',
  'name-unsafe',
  'description-missing',
  'description-too-long',
  'description-has-hash-comment',
  'compatibility-bad',
  'metadata-nested',
  'allowed-tools-list',
  'allowed-tools-commas',
  // Where it lies.
  'file-name-case',
  'not-a-file',
  'link-outside',
  'link-dangling',
  'unreadable',
  'too-many-folders',
  'name-collision',
  // What an install may not bring.
  'path-outside',
  'path-unsafe',
  'path-duplicate',
  'link-entry',
  'special-entry',
  'too-many-files',
  'too-large',
  'archive-ratio',
  'archive-damaged',
  'no-skill',
  'several-skills',
] as const
export type SkillProblemCode = (typeof skillProblemCodes)[number]

export const skillProblem = () =>
  z.object({
    code: z.enum(skillProblemCodes),
    /** A sentence for the person. */
    message: z.string(),
    /** Of SKILL.md, counted from 1. */
    line: z.number().int().nullable(),
    /** What it is about when that is not SKILL.md: a path from the skill's folder. */
    path: z.string().nullable(),
    /** What Carrel can do about it by itself, where it may write: give the folder the skill's name, write the front matter anew. */
    fix: z.enum(['rename-folder', 'rewrite-frontmatter']).nullable(),
  })
export type SkillProblem = z.infer<ReturnType<typeof skillProblem>>

export const skillStatus = ['valid', 'warn', 'invalid'] as const
export type SkillStatus = (typeof skillStatus)[number]

/**
 * Why a model is offered it, or not: `on` · `off`: the person has not switched it on · `untrusted`: the session's folder is not
 * trusted · `changed`: it is not what was switched on · `shadowed`: another one of its name comes first · `refused`: it is invalid.
 */
export const skillStates = ['on', 'off', 'untrusted', 'changed', 'shadowed', 'refused'] as const
export type SkillState = (typeof skillStates)[number]

export const skillSummary = () =>
  z.object({
    /** By which calls name it: of its scope and the real path of its folder, 32 hex digits. */
    key: z.string(),
    name: z.string(),
    description: z.string(),
    scope: z.enum(skillScopes),
    /** Absolute path, as it was found. */
    folder: z.string(),
    /** Of the folder it was found in; one of `roots`. */
    root: z.string(),
    status: z.enum(skillStatus),
    state: z.enum(skillStates),
    /** What the person has said, whatever stands in the way. */
    isEnabled: z.boolean(),
    /** What is there is what the person has said yes to, so one session alone may have it, too. */
    isAccepted: z.boolean(),
    /** Carrel may write there. */
    isOurs: z.boolean(),
    problems: z.array(skillProblem()),
    /** The skill of its name that comes first. */
    shadowedBy: z.string().nullable(),
    /** About: what a model is told of it in each request, and what it reads when it uses it. */
    tokens: z.object({ catalogue: z.number().int(), loaded: z.number().int() }),
    /** Of everything in the folder. */
    files: z.number().int(),
    bytes: z.number().int(),
    /** How many of the files are scripts. */
    scripts: z.number().int(),
    /** SHA-256 over names and bytes of all files, in hex. */
    hash: z.string(),
    /** Where it was installed from; null when a person or another program has put it there. */
    source: z.string().nullable(),
    /** Of SKILL.md. */
    modified: z.string().nullable(),
  })
export type SkillSummary = z.infer<ReturnType<typeof skillSummary>>

export const skillRoot = () =>
  z.object({
    /** Absolute path. */
    path: z.string(),
    scope: z.enum(skillScopes),
    isOurs: z.boolean(),
    state: z.enum(['read', 'missing', 'unreadable', 'untrusted']),
    /** Folders with a SKILL.md in it. */
    found: z.number().int(),
    problems: z.array(skillProblem()),
  })
export type SkillRoot = z.infer<ReturnType<typeof skillRoot>>

export const skillLibrary = () => z.object({ roots: z.array(skillRoot()), skills: z.array(skillSummary()) })
export type SkillLibrary = z.infer<ReturnType<typeof skillLibrary>>

export const skillFile = () =>
  z.object({
    /** From the skill's folder, with slashes. */
    path: z.string(),
    bytes: z.number().int(),
    /** It is run by a program: by its ending, its first line, or its mode. */
    isScript: z.boolean(),
    executable: z.boolean(),
  })
export type SkillFile = z.infer<ReturnType<typeof skillFile>>

/** A file as a person reads it. */
export const shownFile = () =>
  z.object({
    /** null when it is no text. */
    text: z.string().nullable(),
    /** It goes on, beyond what is shown of one. */
    isCut: z.boolean(),
  })
export type ShownFile = z.infer<ReturnType<typeof shownFile>>

export const skillDetails = () =>
  z.object({
    skill: skillSummary(),
    /** SKILL.md as it is; null when it is no text, or too large. */
    text: z.string().nullable(),
    /** Without the front matter. */
    body: z.string(),
    files: z.array(skillFile()),
    license: z.string().nullable(),
    compatibility: z.string().nullable(),
    /** What it would like to use. Advice: it grants nothing. */
    allowedTools: z.array(z.string()),
    metadata: z.array(z.object({ name: z.string(), value: z.string() })),
    /** Others of its name, in their order. */
    others: z.array(z.object({ key: z.string(), scope: z.enum(skillScopes), folder: z.string() })),
  })
export type SkillDetails = z.infer<ReturnType<typeof skillDetails>>

/** What came of a text that was judged alone, such as one that is being written. */
export const skillJudgement = () =>
  z.object({
    status: z.enum(skillStatus),
    name: z.string(),
    description: z.string(),
    problems: z.array(skillProblem()),
    tokens: z.object({ catalogue: z.number().int(), loaded: z.number().int() }),
  })
export type SkillJudgement = z.infer<ReturnType<typeof skillJudgement>>

/** What was brought into the staging folder and looked at. Nothing of it is installed. */
export const skillInspection = () =>
  z.object({
    /** By which it is installed or thrown away. null when there is nothing that could be installed. */
    id: z.string().nullable(),
    source: z.string(),
    judgement: skillJudgement(),
    /** The folder's name it would get. */
    folderName: z.string(),
    files: z.array(skillFile()),
    totals: z.object({ files: z.number().int(), bytes: z.number().int(), scripts: z.number().int() }),
    /** Beside those of SKILL.md. */
    problems: z.array(skillProblem()),
    body: z.string(),
    /** What is there under this name already. */
    replaces: z
      .object({
        key: z.string(),
        /** It is not what was installed: a person has changed it since. */
        isEdited: z.boolean(),
        /** Nothing would change. */
        isSame: z.boolean(),
        changes: z.array(
          z.object({
            path: z.string(),
            change: z.enum(['added', 'removed', 'changed']),
            /** A unified diff of texts; null for other files, and for long ones. */
            diff: z.string().nullable(),
          }),
        ),
      })
      .nullable(),
  })
export type SkillInspection = z.infer<ReturnType<typeof skillInspection>>

/** One that was removed, and not yet for good. */
export const trashedSkill = () =>
  z.object({
    /** By which it is taken back. */
    trashId: z.string(),
    name: z.string(),
    /** ISO 8601. */
    deletedAt: z.string(),
    bytes: z.number().int(),
  })
export type TrashedSkill = z.infer<ReturnType<typeof trashedSkill>>

/** What became of a skill in sessions, from their logs. */
export const skillUse = () =>
  z.object({
    /** Answers in which a model was told of it, chose it, and read it, in the last 30 days. */
    offered: z.number().int(),
    chosen: z.number().int(),
    read: z.number().int(),
    /** null when it was never chosen. */
    lastChosen: z.string().nullable(),
    /** The newest first; a few. */
    latest: z.array(
      z.object({
        sessionId: z.string(),
        title: z.string(),
        entryId: z.string().nullable(),
        ts: z.string(),
        by: z.enum(['model', 'user']),
      }),
    ),
  })
export type SkillUse = z.infer<ReturnType<typeof skillUse>>

/** What the window of the person's model has room for, of the skills that are on for all sessions. */
export const skillRoom = () =>
  z.object({
    model: z.string(),
    /** Of its window. */
    tokens: z.number().int(),
    /** How long the list of skills may be there, and how long all of it would be. UTF-16 code units. */
    characters: z.number().int(),
    wanted: z.number().int(),
    /** Names of those whose description is cut, that are named without one, and that are not named. */
    shortened: z.array(z.string()),
    bare: z.array(z.string()),
    unnamed: z.array(z.string()),
  })
export type SkillRoom = z.infer<ReturnType<typeof skillRoom>>

/** A skill that a run may offer: switched on, trusted, as it was when that was said, and the first of its name. */
export interface OfferedSkill {
  key: string
  name: string
  description: string
  scope: SkillScope
  /** Real path. */
  folder: string
  hash: string
}

/** What a model reads when it uses a skill. */
export interface SkillContent extends OfferedSkill {
  /** SKILL.md without the front matter, clean. */
  body: string
  files: readonly SkillFile[]
}
