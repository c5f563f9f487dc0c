import type { LoggedRequest } from '../sandbox/exchange.ts';
import type { Delivery } from '../sandbox/outbox.ts';
import { deliveryWords } from './delivery-words.ts';
import type { Notebook } from './notebook.ts';

/** How each webhook and callback went, try by try. */
export const watchDeliveries = (
  notebook: Notebook,
  source: 'lever' | 'turn',
  deliveries: readonly Delivery[],
  nowMs: number,
): void => {
  for (const delivery of deliveries) {
    const stand = `${delivery.state} ${delivery.attempts.length}`;
    if (notebook.swap(`${source} ${delivery.id}`, stand) === stand) continue;
    const words = deliveryWords(source, delivery, nowMs);
    if (words !== null) notebook.write({ source, ...words });
  }
};

/** The integration's calls that a vendor refused or left without an answer. */
export const watchRefusals = (
  notebook: Notebook,
  source: 'lever' | 'turn',
  requests: readonly LoggedRequest[],
): void => {
  const before = Number(notebook.swap(`requests to ${source}`, String(requests.length)) ?? requests.length);
  for (const { method, path, status } of requests.slice(before)) {
    if (typeof status === 'number' && status < 400) continue;
    // Asking for a check that Turn does not have is how the integration finds out whether to order again.
    if (source === 'turn' && method === 'GET' && status === 422) continue;
    const candidateId = /^\/opportunities\/([^/]+)/.exec(path)?.[1] ?? null;
    const vendor = source === 'lever' ? 'Lever' : 'Turn';
    const how =
      typeof status === 'number'
        ? `answered ${status}`
        : status === 'lost-answer'
          ? 'did it, but its answer was lost,'
          : 'did not answer';
    const text = `${vendor} ${how} when the integration called ${method} ${path.replace(candidateId ?? '', '…')}.`;
    notebook.write({ source, tone: 'bad', candidateId, text });
  }
};
