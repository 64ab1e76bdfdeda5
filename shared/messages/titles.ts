// Words of titles that a model suggests.
export const titleWords = {
  named: 'You have named this session yourself, and that name stays. Nothing was asked.',
  nothingSaid: 'There is no answer in this session yet, so there is nothing to make a title of.',
  busy: 'An answer is being written. Ask for a title when it is done, so that it does not wait.',
  none: 'The model gave no title. The one the session has stays; ask again, or name it yourself.',
  stopped: 'Stopped. The session keeps its title.',
  suggest: 'Suggest a title',
  stop: 'Stop',
  asking: (title: string) => `The model reads “${title}” for a title.`,
  suggested: (title: string) => `The model calls it “${title}”. Rename it if that is not it.`,
}
