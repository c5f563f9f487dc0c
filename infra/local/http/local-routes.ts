import * as z from 'zod';
import { type HttpAnswer, jsonAnswer, messageAnswer } from './http-answer.ts';

export type LocalControls = {
  state(): Promise<object>;
  advanceClock(seconds: number): Promise<void>;
  sweep(): Promise<void>;
  now(): number;
  /** Where things are, for the operator's command line. */
  environment: Record<string, string>;
};

const clockInput = z.object({ advanceSeconds: z.number().min(0) });

/** Answers the runner's own routes under /local/, which are never deployed. */
export const answerLocal = async (
  controls: LocalControls,
  method: string,
  path: string,
  body: string,
): Promise<HttpAnswer> => {
  switch (`${method} ${path}`) {
    case 'GET /local/state':
      return jsonAnswer(200, await controls.state());
    case 'GET /local/environment':
      return jsonAnswer(200, controls.environment);
    case 'POST /local/clock': {
      const input = clockInput.safeParse(parseJson(body));
      if (!input.success) return messageAnswer(400, 'Expected {"advanceSeconds": n}, n at least 0.');
      await controls.advanceClock(input.data.advanceSeconds);
      return jsonAnswer(200, { now: new Date(controls.now()).toISOString() });
    }
    case 'POST /local/sweep':
      try {
        await controls.sweep();
        return jsonAnswer(200, { swept: true });
      } catch (error) {
        return messageAnswer(500, error instanceof Error ? error.message : String(error));
      }
    default:
      return messageAnswer(404, 'Not Found');
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
