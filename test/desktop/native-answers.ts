// The person at the system's own dialogs, which no page can answer.
import { type ElectronApplication, expect } from 'playwright/test'

export interface Asked {
  message: string
  detail: string
  buttons: string[]
  defaultId: number
  cancelId: number
}

/** At every native question from here on the person presses this button. */
export async function personPresses(app: ElectronApplication, button: string): Promise<void> {
  await app.evaluate(({ dialog }, pressed) => {
    const asked: unknown[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = (async (...given: unknown[]) => {
      const { message, detail, buttons, defaultId, cancelId } = given.at(-1) as Asked
      asked.push({ message, detail, buttons, defaultId, cancelId })
      return { response: buttons.indexOf(pressed), checkboxChecked: false }
    }) as typeof dialog.showMessageBox
  }, button)
}

export async function askedSoFar(app: ElectronApplication): Promise<Asked[]> {
  return await app.evaluate(() => (globalThis as unknown as { asked: Asked[] }).asked)
}

/** In the folder dialog the person chooses this folder every time; null presses Cancel. */
export async function personChooses(app: ElectronApplication, folder: string | null): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (async () =>
      chosen === null
        ? { canceled: true, filePaths: [] }
        : { canceled: false, filePaths: [chosen] }) as unknown as typeof dialog.showOpenDialog
  }, folder)
}

/** Chooses from the menu of the app, which comes with the window's first picture and may be later than its page. */
export async function pressMenu(app: ElectronApplication, label: string): Promise<void> {
  const press = () =>
    app.evaluate(({ Menu }, wanted) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? []
      const item = items.find((one) => one.label === wanted)
      item?.click()
      return item !== undefined
    }, label)
  await expect.poll(press, { message: `${label} in the menu` }).toBe(true)
}
