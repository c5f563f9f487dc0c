import { createCredentials } from './credentials.ts';
import { createExchange } from './exchange.ts';

/**
 * Stands in every bundle in the place of the chain of providers that the SDK's clients look for credentials with
 * (infra/notices.ts). A function has its own, and most of that chain reads the files and logins of people.
 */
export const defaultProvider = () => createCredentials(createExchange(), process.env, Date.now);
