import { describe, expect, it } from 'vitest';
import { readOpportunityLink } from '#shared/lever/opportunity-link.ts';

const id = '31d9716c-d4b7-48e8-9a3b-000000000001';

describe('a link to an opportunity', () => {
  it.each([
    id,
    `  ${id}\n`,
    `https://hire.lever.co/candidates/${id}`,
    `https://hire.lever.co/candidates/${id}/`,
    `https://hire.lever.co/candidates/${id}?origin=search&stage=x`,
    `https://hire.lever.co/candidates/${id}#notes`,
    `https://hire.lever.co/candidates/${id}/profile`,
    `https://hire.eu.lever.co/candidates/${id}`,
    `https://hire.sandbox.lever.co/candidates/${id}`,
    `hire.lever.co/candidates/${id}`,
    `https://api.lever.co/v1/opportunities/${id}?expand=stage`,
  ])('names it: %s', (text) => {
    expect(readOpportunityLink(text)).toBe(id);
  });

  it.each([
    '',
    ' ',
    'Ada Lovelace',
    'https://hire.lever.co/candidates/',
    'https://hire.lever.co/jobs/1',
    `a/${id}`,
    'x'.repeat(65),
  ])('is something else: %s', (text) => {
    expect(readOpportunityLink(text)).toBeNull();
  });
});
