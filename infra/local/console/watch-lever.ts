import * as z from 'zod';
import type { LeverOpportunity, LeverOrganization } from '../sandbox/lever-records.ts';
import type { Notebook } from './notebook.ts';

const nameOf = (organization: LeverOrganization, opportunity: LeverOpportunity | undefined): string =>
  organization.contacts.get(opportunity?.contactId ?? '')?.name || 'A candidate without a name';

/** New candidates, moves, the archive, deletions. */
export const watchCandidates = (notebook: Notebook, organization: LeverOrganization): void => {
  const stageName = (id: string | undefined): string =>
    organization.stages.find((stage) => stage.id === id)?.text ?? 'a deleted stage';
  for (const opportunity of organization.opportunities.values()) {
    const { id, stageChanges, archived } = opportunity;
    const name = nameOf(organization, opportunity);
    const write = (text: string): void => notebook.write({ source: 'lever', candidateId: id, text });

    const movesBefore = notebook.swap(`moves of ${id}`, String(stageChanges.length));
    if (movesBefore === undefined) write(`${name} is new in “${stageName(stageChanges[0]?.toStageId)}”.`);
    for (const { toStageId } of stageChanges.slice(Number(movesBefore ?? 1)))
      write(`${name} was moved to “${stageName(toStageId)}”.`);

    const place = archived === null ? 'taken out of the archive' : 'archived';
    const placeBefore = notebook.swap(`place of ${id}`, place);
    if (placeBefore !== undefined && placeBefore !== place) write(`${name} was ${place}.`);
  }
  for (const opportunity of organization.deleted) {
    if (notebook.swap(`deleted ${opportunity.id}`, 'yes') !== undefined) continue;
    notebook.write({ source: 'lever', candidateId: null, text: `${nameOf(organization, opportunity)} was deleted.` });
  }
};

const tagsSchema = z.array(z.string());

/** Tags that came and went. */
export const watchTags = (notebook: Notebook, organization: LeverOrganization): void => {
  for (const opportunity of organization.opportunities.values()) {
    const { id, tags } = opportunity;
    const before = notebook.swap(`tags of ${id}`, JSON.stringify(tags));
    if (before === undefined) continue;
    const held = tagsSchema.parse(JSON.parse(before));
    const name = nameOf(organization, opportunity);
    const write = (tag: string, text: string): void => {
      const isOurs = tag.startsWith('TurnStatus:');
      notebook.write({
        source: isOurs ? 'integration' : 'lever',
        tone: !isOurs || held.includes(tag) ? 'plain' : tag === 'TurnStatus:error' ? 'bad' : 'good',
        candidateId: id,
        text,
      });
    };
    for (const tag of tags) if (!held.includes(tag)) write(tag, `Tag ${tag} was put on ${name}.`);
    for (const tag of held) if (!tags.includes(tag)) write(tag, `Tag ${tag} was taken off ${name}.`);
  }
};

/** Notes that were written. */
export const watchNotes = (notebook: Notebook, organization: LeverOrganization): void => {
  const count = organization.notes.length;
  const before = Number(notebook.swap(`notes in ${organization.id}`, String(count)) ?? count);
  for (const { opportunityId, value } of organization.notes.slice(before)) {
    const name = nameOf(organization, organization.opportunities.get(opportunityId));
    const text = `Note for ${name}: ${value.replaceAll('\n', ' ')}`;
    notebook.write({ source: 'integration', tone: 'good', candidateId: opportunityId, text });
  }
};
