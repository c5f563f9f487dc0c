import { createServer } from 'node:http';

/** A server of the attacker's: whatever reaches it was lured there. `at` is its host and port. */
export const startTrap = async () => {
  const caught: string[] = [];
  const server = createServer((request, answer) => {
    caught.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The trap has no port.');
  return {
    at: `127.0.0.1:${address.port}`,
    caught,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
