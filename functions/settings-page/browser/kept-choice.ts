/** Which of some choices was made last in this tab: it outlives a reload, a sign-in and the way back from Lever. */
export const keptChoice = (name: string, choices: readonly { readonly name: string }[]) => ({
  /** The index of the choice; the first where none was made. */
  read: (): number => {
    const kept = sessionStorage.getItem(name);
    return Math.max(
      0,
      choices.findIndex((choice) => choice.name === kept),
    );
  },
  keep: (index: number): void => sessionStorage.setItem(name, choices[index]?.name ?? ''),
});
