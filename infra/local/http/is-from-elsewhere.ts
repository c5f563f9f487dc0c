import type http from 'node:http';

const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/** Is it sent by another page in this machine's browser (Origin), or to a name that somebody made lead here (Host)? */
export const isFromElsewhere = ({ host = '', origin }: http.IncomingHttpHeaders): boolean =>
  !ownHost.test(host) || (origin !== undefined && origin !== `http://${host}`);
