import type { Message } from './message.ts';

/** Gives out visible messages one by one, always of the group that has the fewest in flight: nobody waits behind a noisy one. */
export const fairOrder = (
  messages: readonly Message[],
  isVisible: (message: Message) => boolean,
): (() => Message | undefined) => {
  const groups = new Map<string, { inFlight: number; visible: Message[] }>();
  for (const message of messages) {
    const key = message.groupId ?? '';
    const group = groups.get(key) ?? { inFlight: 0, visible: [] };
    groups.set(key, group);
    if (isVisible(message)) group.visible.push(message);
    else if (message.receiptHandle !== undefined) group.inFlight += 1;
  }
  // Taken from the end, the oldest first.
  for (const { visible } of groups.values()) {
    visible.sort((a, b) => a.visibleAtMs - b.visibleAtMs || a.sentAtMs - b.sentAtMs).reverse();
  }
  return () => {
    let fewest: { inFlight: number; visible: Message[] } | undefined;
    for (const group of groups.values()) {
      if (group.visible.length > 0 && (fewest === undefined || group.inFlight < fewest.inFlight)) fewest = group;
    }
    if (fewest === undefined) return undefined;
    fewest.inFlight += 1;
    return fewest.visible.pop();
  };
};
