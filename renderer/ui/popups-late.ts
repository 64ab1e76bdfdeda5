// What `popups.ts` reads late.
export { DrawerView } from './drawer-view.tsx'
export { PopupMenuView } from './popup-menu-view.tsx'
export { ToastsView } from './toasts-view.tsx'
