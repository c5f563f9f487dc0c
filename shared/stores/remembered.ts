/** So long a process goes by what it has read of an account. */
export const rememberedMs = 60_000;
/** The accounts that are busy at a time; of more, all are read again. */
const mostRemembered = 1_000;

/** What is known of an account, and what it came to for whoever asked; a verdict of null refuses. */
export type Judged<T, Verdict> = { readonly value: T; readonly verdict: Verdict | null };

/**
 * Judges by what this process read of an account within the last minute, or else by what the table says now: nobody is refused
 * by what is remembered. Null where there is nothing of the account, which is not remembered.
 */
export const remembering = <T>(read: (accountId: string, known: T | null) => Promise<T | null>, now: () => number) => {
  const known = new Map<string, { readonly value: T; readonly readAt: number }>();
  return async <Verdict>(
    accountId: string,
    judge: (value: T) => Verdict | null,
  ): Promise<Judged<T, Verdict> | null> => {
    const time = now();
    const remembered = known.get(accountId);
    const fresh = remembered !== undefined && time - remembered.readAt < rememberedMs ? remembered.value : null;
    const verdict = fresh === null ? null : judge(fresh);
    if (fresh !== null && verdict !== null) return { value: fresh, verdict };
    known.delete(accountId);
    const value = await read(accountId, fresh);
    if (value === null) return null;
    if (known.size >= mostRemembered) known.clear();
    known.set(accountId, { value, readAt: time });
    // What was read may be what was remembered, which is judged.
    return { value, verdict: value === fresh ? null : judge(value) };
  };
};
