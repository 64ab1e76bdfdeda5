// The models a fake server has installed: what is listed, shown, copied and deleted.
import { checkStruct, fieldOf, string } from './fields.ts'
import { type Refusal, readBody, textOf } from './go-json.ts'
import { type FakeModel, isValidName, modifiedAt, showEntry, tagsEntry, wholeName } from './models.ts'

export function createLibrary(models: readonly FakeModel[], now: () => string) {
  let installed = models.map((model) => ({ model, modified: modifiedAt }))
  const find = (name: string) => installed.find(({ model }) => model.name.toLowerCase() === wholeName(name))

  return {
    find: (name: string): FakeModel | undefined => find(name)?.model,
    all: (): readonly FakeModel[] => installed.map(({ model }) => model),
    replace(next: readonly FakeModel[]): void {
      installed = next.map((model) => ({ model, modified: modifiedAt }))
    },
    /** The newest comes first in the list. */
    add(model: FakeModel): void {
      installed = [{ model, modified: now() }, ...installed.filter((one) => one !== find(model.name))]
    },
    remove(name: string): void {
      installed = installed.filter((one) => one !== find(name))
    },
    /** `isOld`: as servers before 2026 answer. */
    list: (isOld: boolean) => installed.map(({ model, modified }) => tagsEntry(isOld ? aged(model) : model, modified)),

    show(raw: string, isOld: boolean): ReturnType<typeof showEntry> | Refusal {
      const read = readNames(raw, 'ShowRequest', ['model', 'name'])
      if ('error' in read) return read
      const name = read.names['model'] || read.names['name'] || ''
      if (name === '') return { status: 400, error: 'model is required' }
      if (!isValidName(name)) return { status: 400, error: 'invalid model name' }
      const found = find(name)
      if (found === undefined) {
        return { status: 404, error: `model '${name.includes(':') ? name : `${name}:latest`}' not found` }
      }
      return showEntry(isOld ? aged(found.model) : found.model, found.modified)
    },

    delete(raw: string): Refusal | null {
      const read = readNames(raw, 'DeleteRequest', ['model', 'name'])
      if ('error' in read) return read
      const name = read.names['model'] || read.names['name'] || ''
      if (name === '') return { status: 400, error: 'model is required' }
      if (!isValidName(name)) return { status: 400, error: `name ${JSON.stringify(name)} is invalid` }
      if (find(name) === undefined) return { status: 404, error: `model '${name}' not found` }
      this.remove(name)
      return null
    },

    copy(raw: string): Refusal | null {
      const read = readNames(raw, 'CopyRequest', ['source', 'destination'])
      if ('error' in read) return read
      const { source = '', destination = '' } = read.names
      for (const [field, name] of [
        ['source', source],
        ['destination', destination],
      ] as const) {
        if (!isValidName(name)) return { status: 400, error: `${field} ${JSON.stringify(name)} is invalid` }
      }
      const found = find(source)
      if (found === undefined) return { status: 404, error: `model ${JSON.stringify(source)} not found` }
      this.add({ ...found.model, name: destination.includes(':') ? destination : `${destination}:latest` })
      return null
    },
  }
}
export type Library = ReturnType<typeof createLibrary>

/** Servers before 2026 say neither what a model can do nor how much it reads. */
function aged(model: FakeModel): FakeModel {
  return { ...model, capabilities: null, contextLength: null }
}

/** Text fields of a small request. */
export function readNames(
  raw: string,
  type: string,
  names: readonly string[],
): { names: Record<string, string> } | Refusal {
  const body = readBody(raw, type)
  if (!('fields' in body)) return body
  const wrong = checkStruct(body.fields, Object.fromEntries(names.map((name) => [name, string])), type)
  return wrong ?? { names: Object.fromEntries(names.map((name) => [name, textOf(fieldOf(body.fields, name))])) }
}
