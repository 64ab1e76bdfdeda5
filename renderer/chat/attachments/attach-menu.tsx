// What is to be attached, files or a folder, over the paper clip. Read with the first popup.
import { Menu } from '@base-ui/react/menu'
import { attachmentWords } from '../../../shared/messages/attachments.ts'
import { Icon } from '../../ui/icon.tsx'
import '../../ui/menu.css'

const words = attachmentWords.window

export function AttachMenu(props: {
  anchor: HTMLElement | null
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  onChoose: (what: 'files' | 'folder') => void
}) {
  const { anchor } = props
  return (
    <Menu.Root open={props.isOpen} onOpenChange={props.onOpenChange}>
      <Menu.Portal render={<section aria-label={words.kinds} />}>
        <Menu.Positioner className="menu-place" anchor={anchor} side="top" align="start" sideOffset={6}>
          <Menu.Popup className="menu" aria-label={words.kinds} finalFocus={() => anchor ?? true}>
            <Menu.Item className="menu-item" onClick={() => props.onChoose('files')}>
              <Icon name="file" />
              {words.chooseFiles}
            </Menu.Item>
            <Menu.Item className="menu-item" onClick={() => props.onChoose('folder')}>
              <Icon name="folder" />
              {words.chooseFolder}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
