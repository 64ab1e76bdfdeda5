// The front door of the activity room.
export { ActivityPage } from './activity-page.tsx'
