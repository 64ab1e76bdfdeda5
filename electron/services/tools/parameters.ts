// A tool's parameters: as a model is told of them, and what is wrong with the arguments it gave.
import { z } from 'zod'
import { toolWords } from '../../../shared/messages/tools.ts'

interface Property {
  type: 'string' | 'integer' | 'number' | 'boolean'
  description?: string
  minimum?: number
  minLength?: number
  enum?: string[]
}

/** gemma4's renderer leaves out a parameter of such a name, and its parser takes no hyphens. */
const lostNames = new Set(['description', 'type', 'properties', 'required', 'nullable'])
const parsableName = /^[a-z][a-z0-9_]*$/

/** Plain JSON, always in the order of the schema. Throws for a schema that a small model would not manage: that is a bug. */
export function jsonSchemaOf(parameters: z.ZodObject): Readonly<Record<string, unknown>> {
  const properties = propertiesOf(parameters)
  for (const [name, { type }] of Object.entries(properties)) {
    if (lostNames.has(name) || !parsableName.test(name)) throw new Error(`A tool parameter cannot be named ${name}.`)
    if (!['string', 'integer', 'number', 'boolean'].includes(type))
      throw new Error(`The parameter ${name} is not flat.`)
  }
  const required = Object.keys(properties).filter((name) => !parameters.shape[name]?.safeParse(undefined).success)
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, { type, description, enum: choices }]) => [
        name,
        { type, ...(description ? { description } : {}), ...(choices ? { enum: choices } : {}) },
      ]),
    ),
    required,
  }
}

/** The arguments as the tool takes them, or the problems with them in sentences for the model. */
export function parseArguments(
  parameters: z.ZodObject,
  args: Readonly<Record<string, unknown>>,
): { ok: true; value: unknown } | { ok: false; problems: string[] } {
  // Models write null for "not given"; what is unknown is dropped by the schema.
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null))
  const parsed = parameters.safeParse(given)
  if (parsed.success) return { ok: true, value: parsed.data }
  const properties = propertiesOf(parameters)
  const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))]
  return {
    ok: false,
    problems: fields.map((field) => {
      const expected = shapeOf(properties[field])
      return field in given
        ? toolWords.wrongArgument(field, expected, got(given[field]))
        : toolWords.missingArgument(field, expected)
    }),
  }
}

function propertiesOf(parameters: z.ZodObject): Record<string, Property> {
  return z.toJSONSchema(parameters).properties as Record<string, Property>
}

function shapeOf(property: Property | undefined): string {
  const words = toolWords.shapes
  if (property?.enum) return words.oneOf(property.enum)
  switch (property?.type) {
    case 'string':
      return property.minLength ? words.filledText : words.text
    case 'integer':
      return words.integer(property.minimum ?? null)
    case 'number':
      return words.number
    case 'boolean':
      return words.boolean
    default:
      return words.other
  }
}

function got(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
