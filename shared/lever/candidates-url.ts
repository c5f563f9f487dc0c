/** Where a person sees an opportunity in Lever, without its id at the end. Lever's answers show such addresses (`urls.show`), and its two hosts for people are named like those for apps. */
export const candidatesUrl = (apiUrl: string): string =>
  new URL('/candidates/', apiUrl.replace('://api.', '://hire.')).href;
