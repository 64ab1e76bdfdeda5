// A menu that is open, or has just been closed. Read when the first is opened, or the window has nothing else to do.
import { Menu } from '@base-ui/react/menu'
import { Fragment, useRef } from 'react'
import { Icon } from './icon.tsx'
import type { PopupMenuProps } from './popup-menu.tsx'
import './menu.css'

export function PopupMenuView(props: PopupMenuProps) {
  const { anchor } = props
  // Done when the menu has gone and has given the focus back: what is done may take away what gets it.
  const chosen = useRef<(() => void) | null>(null)
  const onSettled = () => {
    const run = chosen.current
    chosen.current = null
    // Also when it was opened for something else before it had gone: what was chosen is not lost.
    if (run) setTimeout(run)
  }
  const place = anchor && (anchor.point ? pointRectangle(anchor.point) : anchor.element)
  return (
    <Menu.Root
      open={anchor !== null}
      onOpenChange={(open) => !open && props.onClose()}
      onOpenChangeComplete={onSettled}
    >
      <Menu.Portal render={<section aria-label={props.label} />}>
        <Menu.Positioner className="menu-place" anchor={place} side="bottom" align="start" sideOffset={4}>
          <Menu.Popup className="menu" aria-label={props.label} finalFocus={() => anchor?.element ?? true}>
            {props.commands.map((command) => (
              <Fragment key={command.id}>
                {command.apart && <Menu.Separator className="menu-line" />}
                {command.isOn === undefined ? (
                  <Menu.Item
                    className="menu-item"
                    disabled={command.notNow !== undefined}
                    title={command.notNow}
                    aria-description={command.notNow}
                    onClick={() => {
                      chosen.current = command.run
                    }}
                  >
                    <Icon name={command.icon} />
                    {command.label}
                    {command.shortcut !== undefined && (
                      <span className="end">
                        <kbd>{command.shortcut}</kbd>
                      </span>
                    )}
                  </Menu.Item>
                ) : (
                  <Menu.CheckboxItem
                    className="menu-item"
                    closeOnClick
                    checked={command.isOn}
                    onClick={() => {
                      chosen.current = command.run
                    }}
                  >
                    <Icon name={command.icon} />
                    {command.label}
                    <span className="menu-mark end">{command.isOn && <Icon name="check" small />}</span>
                  </Menu.CheckboxItem>
                )}
              </Fragment>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function pointRectangle(point: { x: number; y: number }) {
  return { getBoundingClientRect: () => new DOMRect(point.x, point.y, 0, 0) }
}
