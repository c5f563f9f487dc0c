import { signal } from '@preact/signals';
import type { Call } from './call-api.ts';
import type { MailAddresses } from './contract.ts';
import { type Loaded, load } from './loaded.ts';

type Loading = MailAddresses & { readonly etag: string };
type Wanted = { readonly id: string; readonly sendAgain?: true } | { readonly address: string };

/** Who is told by e-mail, as far as the page knows, and how that is changed. */
export const createMailNotices = (ask: Call) => {
  const list = signal<Loaded<Loading>>({ state: 'loading' });
  const path = '/api/mail-addresses';
  const refresh = (): Promise<void> =>
    load(list, async () => {
      const { json, etag } = await ask<MailAddresses>('GET', path);
      return { ...json, etag };
    });
  /** Changes the list as it is shown; somebody else may have changed it meanwhile, and then it is read again. */
  const change = async (wantedOf: (ids: readonly { id: string }[]) => readonly Wanted[]): Promise<void> => {
    if (list.value.state !== 'ready') return;
    const { addresses: shown, etag: ifMatch } = list.value.value;
    const addresses = wantedOf(shown.map(({ id }) => ({ id })));
    try {
      const { json, etag } = await ask<MailAddresses>('PUT', path, { body: { addresses }, ifMatch });
      list.value = { state: 'ready', value: { ...json, etag } };
    } catch (error) {
      await refresh();
      throw error;
    }
  };
  return {
    list,
    refresh,
    add: (address: string) => change((kept) => [...kept, { address }]),
    remove: (id: string) => change((kept) => kept.filter((each) => each.id !== id)),
    sendAgain: (id: string) => change((kept) => kept.map((each) => (each.id === id ? { id, sendAgain: true } : each))),
  };
};
