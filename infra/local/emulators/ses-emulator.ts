import { randomUUID } from 'node:crypto';
import http from 'node:http';
import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { isFromElsewhere } from '../http/is-from-elsewhere.ts';
import { listenOnLoopback } from '../listen.ts';

const text = z.strictObject({ Data: z.string(), Charset: z.string().optional() });
const sendInput = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: z.array(z.string()).min(1) }),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: text,
      Body: z.strictObject({ Text: text }),
      Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
    }),
  }),
});

/** A mail as it would have reached its reader. */
export type MailboxMail = { id: string; at: number; from: string; to: string; subject: string; text: string };

export type SesEmulator = {
  url: string;
  /** What was sent, oldest first; kept as long as this process. */
  mailbox: readonly MailboxMail[];
  stop(): Promise<void>;
};

const mostKept = 200;
const largestBodyBytes = 256 * 1024;

/** Serves what we use of SES (REST, version 2): mails from the one sender that it has verified end in a mailbox, and no further. */
export const startSesEmulator = async (verifiedSender: string, now: () => number): Promise<SesEmulator> => {
  const mailbox: MailboxMail[] = [];
  const server = http.createServer((request, response) => {
    const send = (status: number, body: object, type?: string): void => {
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-amzn-requestid': randomUUID(),
        ...(type === undefined ? {} : { 'x-amzn-errortype': type }),
      });
      response.end(JSON.stringify(body));
    };
    const refuse = (status: number, type: string, message: string): void => send(status, { message }, type);
    // AWS's clients send no Origin; a browser, which has no business here, always does where it sends a body.
    if (request.headers.origin !== undefined || isFromElsewhere(request.headers))
      return refuse(403, 'AccessDeniedException', 'Only this machine’s own programs may ask this.');
    if (`${request.method} ${request.url}` !== 'POST /v2/email/outbound-emails')
      return refuse(404, 'NotFoundException', 'This emulator knows SendEmail alone.');
    readBody(request).then(
      (body) => {
        const input = sendInput.safeParse(parseJson(body));
        if (!input.success) return refuse(400, 'BadRequestException', z.prettifyError(input.error));
        const { FromEmailAddress: from, Destination, Content } = input.data;
        if (from !== verifiedSender)
          return refuse(
            400,
            'MessageRejected',
            `Email address is not verified. The following identity failed: ${from}`,
          );
        const { Subject, Body } = Content.Simple;
        const id = randomUUID();
        for (const to of Destination.ToAddresses)
          mailbox.push({ id, at: now(), from, to, subject: Subject.Data, text: Body.Text.Data });
        mailbox.splice(0, mailbox.length - mostKept);
        send(200, { MessageId: id });
      },
      () => response.destroy(),
    );
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  return { url, mailbox, stop };
};

const readBody = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > largestBodyBytes) throw new Error('The mail is too large.');
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
};
