/** A safeguard taken out: in these files of the product, these words are replaced. Each occurs there once. */
export type PlantedBug = { readonly name: string; readonly edits: readonly Edit[] };
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

const bug = (name: string, file: string, from: string, to: string): PlantedBug => ({
  name,
  edits: [{ file, from, to }],
});

const ordering = 'functions/check-worker/order-check.ts';
const reserving = 'functions/check-worker/reserve-order.ts';
const consulting = 'functions/check-worker/consult-person.ts';
const processing = 'functions/check-worker/process-opportunity.ts';
const resolving = 'functions/check-worker/resolve-uncertain-order.ts';
const deciding = 'shared/domain/decide.ts';
const persons = 'shared/domain/person.ts';
const transitions = 'shared/domain/transitions.ts';
const polling = 'shared/domain/opportunity-record.ts';
const syncing = 'functions/lever-update/sync-lever.ts';
const writing = 'functions/lever-update/apply-writes.ts';
const webhook = 'functions/webhook-verify/accept-webhook.ts';
const reconciling = 'functions/account-maintenance/reconcile.ts';
const rounds = 'shared/domain/reconciliation.ts';
const display = 'shared/domain/desired-lever-state.ts';
const dueMove = 'shared/domain/due-move.ts';
const leverState = 'shared/domain/lever-state.ts';
const tokens = 'shared/lever/access-tokens.ts';
const login = 'shared/lever/lever-login.ts';
const loginLine = 'shared/lever/login-line.ts';
const turnClient = 'shared/turn/turn-client.ts';
const turnOrder = 'shared/turn/order.ts';
const dashboardAddress = 'shared/turn/dashboard-address.ts';
const checkStatus = 'shared/turn/check-status.ts';
const retrying = 'shared/edge/schedule-retry.ts';
const keys = 'shared/stores/keys.ts';
const remembered = 'shared/stores/remembered.ts';
const encryptedItem = 'shared/stores/encrypted-item.ts';

const order = `await turn.orderCheck({
    candidate: start.candidate,
    packageId: start.packageId,
    referenceId,
    callbackUrl,
    deadline: (claim.attempt.inFlightUntil ?? 0) - callMarginMs,
  });`;

const restoredTable: readonly PlantedBug[] = [
  bug(
    'an entry that a restored table does not know is ordered without asking Turn first',
    'functions/check-worker/adopt-lost-orders.ts',
    'for (const enteredAt of entries) {',
    'for (const enteredAt of entries.slice(0, 0)) {',
  ),
  bug(
    'notes that a restored table does not know are written without reading those that are there',
    'functions/lever-update/read-back.ts',
    '!needsReadBack(record, await ports.restores.restoredAt())',
    'ports !== null',
  ),
  bug(
    "the person's other opportunities are not looked at after the table was restored",
    processing,
    'remembered.mayHaveLeader(decision)',
    'false',
  ),
  bug(
    'while Turn does not say whether it has a forgotten order, it is ordered again',
    processing,
    'if (unanswered !== null) throw unanswered;',
    '',
  ),
];

const startingOnce: readonly PlantedBug[] = [
  bug(
    'what another version stored is dropped at the next save',
    'shared/stores/stored-object.ts',
    'z.looseObject(shape)',
    'z.object(shape)',
  ),
  bug(
    'no version check on the record',
    'shared/stores/records.ts',
    '(await table.put(item, version))',
    '(await table.overwrite(item), true)',
  ),
  {
    name: 'the order is sent before its claim is saved',
    edits: [
      { file: ordering, from: `const outcome = ${order}`, to: '' },
      {
        file: ordering,
        from: 'const claimedRecord = await',
        to: `const outcome = ${order}\n  const claimedRecord = await`,
      },
    ],
  },
  bug(
    'an order that was sent is not asked for by its reference',
    resolving,
    'if (found !== null) {',
    'if (found === undefined) {',
  ),
  bug('no order-visibility time', resolving, 'if (visibleAt <= askedAt) return', 'if (visibleAt > 0) return'),
  bug(
    'an order may be sent however late',
    ordering,
    'deadline: (claim.attempt.inFlightUntil ?? 0) - callMarginMs',
    'deadline: Number.MAX_SAFE_INTEGER',
  ),
  bug(
    'an order without an answer counts as refused',
    turnClient,
    "return { kind: 'uncertain', reason: error.message };",
    "return { kind: 'rejected', fields: [] };",
  ),
  bug('an order answered 5xx counts as refused', turnOrder, 'status < 400 || status >= 500 ||', 'status < 400 ||'),
  bug(
    'an order whose answer cannot be read counts as refused',
    turnOrder,
    "{ kind: 'uncertain', reason: 'no worker id' }",
    "{ kind: 'rejected', fields: [] }",
  ),
  bug(
    'any error of Turn counts as not found',
    turnClient,
    'if (saysNotFound(answer, json)) return null;',
    'if (status >= 400) return null;',
  ),
  bug(
    'a late refusal overwrites what others did since',
    transitions,
    'if (isOver || lastAttempt !== standing?.attemptedAt) return unchanged(record);',
    '',
  ),
  {
    name: 'a check that was started is not recognized',
    edits: [
      {
        file: deciding,
        from: "if (known?.state === 'ordered' || known?.state === 'erased') return { kind: 'ignore', reason: 'already_started' };",
        to: '',
      },
      { file: reserving, from: "if (known?.state === 'ordered') return 'refused_before';", to: '' },
    ],
  },
  bug(
    'who comes while an order is in flight is forgotten',
    transitions,
    "known?.state === 'ordering' && known.attempt.revisit ?",
    "known?.state === 'ordering' && known.attempt.revisit === null ?",
  ),
  bug(
    'who comes as an order in flight ends is forgotten',
    resolving,
    "return after === before ? 'conflict' : 'finished';",
    "return after === before ? 'finished' : 'finished';",
  ),
  bug(
    'Turn is not asked whether an earlier check runs again',
    processing,
    "decision.kind === 'start' ||",
    "decision.kind === 'wait' ||",
  ),
  bug(
    'a check that was long in coming is taken for lost',
    transitions,
    'status: null,\n    changedAt: moment.now,',
    'status: null,\n    changedAt: claim.changedAt,',
  ),
  bug(
    'what Turn refused waits although Lever is authorized again',
    reserving,
    ' && !isAwaitingReconnect(nextDecision)',
    '',
  ),
  bug('the cap is ignored', 'shared/stores/hourly-orders.ts', 'before.ordered < cap;', 'before.ordered >= 0;'),
  bug(
    'a clock that is behind begins an hour of the cap anew',
    'shared/stores/hourly-orders.ts',
    'Math.max(thisHour, stored?.hour ?? 0)',
    'thisHour',
  ),
];

const sharing: readonly PlantedBug[] = [
  bug(
    'of two who claim a person at once nobody loses',
    ordering,
    'if (start.claim !== null && !(await ports.sharers.replace(start.claim.person, start.claim.opportunityIds))) {',
    'if (start.claim !== null && (await ports.sharers.replace(start.claim.person, start.claim.opportunityIds)) === null) {',
  ),
  bug(
    "a person's other opportunities are not looked at",
    consulting,
    'account.oneCheckPerPerson ? await findLeader',
    'account.oneCheckPerPerson === null ? await findLeader',
  ),
  bug(
    "the order that is out for a person's other opportunity is not waited for",
    persons,
    'orders.findLast(isRunning) ??',
    'orders.filter(isOrdered).findLast(isRunning) ??',
  ),
  bug(
    'a person is known by the contact alone',
    persons,
    "if (name !== '' && name === nameOf(other)) return true;",
    "if (name !== '' || name === '') return true;",
  ),
  bug(
    'a confidential check of a person is shown where others see it',
    persons,
    'if (one.confidentiality !== other.confidentiality || one.isAnonymized',
    'if (one.isAnonymized',
  ),
  {
    name: 'news of a check reach one opportunity of the person alone',
    edits: [
      {
        file: 'functions/status-callback/accept-callback.ts',
        from: 'for (const id of await lookUp()) found.add(id);',
        to: 'for (const id of await lookUp()) if (found.size === 0) found.add(id);',
      },
      {
        file: syncing,
        from: 'if (isNews) await ports.enqueueSync',
        to: 'if (isNews && id === opportunityId) await ports.enqueueSync',
      },
    ],
  },
];

const decisions: readonly PlantedBug[] = [
  bug('a problem outlasts the stage', polling, 'return withoutBlocked(seen);', 'return seen;'),
  bug('grace is ignored', deciding, 'account.graceSeconds > 0 && graceEndsAt > now', 'account.graceSeconds < 0'),
  bug(
    'who waits for the end of the grace is forgotten',
    transitions,
    "if (decision.kind === 'wait') return scheduledAt(decision.until);",
    '',
  ),
  bug(
    'a problem is not looked at again',
    transitions,
    'return problem === null ? null : scheduledAt(',
    'return problem !== undefined ? null : scheduledAt(',
  ),
  bug(
    'the rule against a second check is ignored',
    deciding,
    "case 'never':\n      return true;",
    "case 'never':\n      return false;",
  ),
  bug('a check starts while another one runs', deciding, 'if (earlier.some(isRunning))', 'if (earlier.length > 99)'),
  bug(
    'of several packages one is guessed',
    deciding,
    "if (choice.kind === 'several') return { kind: 'problem', enteredAt, code: 'several_packages' };",
    '',
  ),
  bug(
    'the package of the tag is ignored',
    deciding,
    "choice.kind === 'one' ? choice.packageId : account.defaultPackageId",
    'account.defaultPackageId',
  ),
  bug(
    'who was archived is not looked at again',
    transitions,
    '? null : archivedRecheck(before.nextDecision, moment)',
    '? null : null',
  ),
  bug(
    'what cannot be read is tried in silence',
    'functions/check-worker/why-unread.ts',
    'isUnreadable && !entries.some(isOrdered)',
    'isUnreadable && entries.length > 99',
  ),
  bug(
    'half of an old state names an entry',
    'functions/check-worker/why-unread.ts',
    'if (opportunity.isArchived || !lacksItsMove(opportunity, account.triggerStages)) return;',
    'if (record.nextDecision?.attempts !== -1) return;',
  ),
  bug(
    'archiving forgets a problem',
    polling,
    "reason === 'archived' ? withProblems(seen, before) : seen;",
    "reason === 'archived' ? withoutBlocked(seen) : seen;",
  ),
  bug(
    'archiving forgets a problem whose next order comes to nothing',
    polling,
    "reason === 'archived' ? withProblems(seen, before) : seen;",
    'seen;',
  ),
  bug(
    'an odd list item loses the candidate',
    'shared/lever/lenient-reader.ts',
    'if (each === null) drop(',
    'if (each === null) throw new Error(',
  ),
  bug(
    'archived candidates are checked',
    deciding,
    'if (opportunity.isArchived)',
    'if (opportunity.isArchived === null)',
  ),
  bug(
    'a webhook is believed to tell of an entry',
    deciding,
    'const enteredAt = enteredTriggerAt(opportunity, account.triggerStages);',
    'const enteredAt = enteredTriggerAt(opportunity, account.triggerStages) ?? opportunity.stageChanges.at(-1)?.updatedAt ?? null;',
  ),
  bug(
    'another entry is taken for the first',
    'shared/domain/opportunity.ts',
    'change.updatedAt >= last.updatedAt ? change : last)',
    'change.updatedAt >= last.updatedAt ? last : last)',
  ),
  bug(
    'a package that Turn does not know is a problem',
    ordering,
    "outcome.kind === 'package_unknown' && start.packageId !== null",
    "outcome.kind === 'package_unknown' && start.packageId === ''",
  ),
  bug(
    'a phone that Turn refuses keeps the check from being ordered',
    ordering,
    'withoutRefused(start.candidate, outcome.fields)',
    'null',
  ),
  bug(
    'what is ordered instead goes by the name of the unknown package',
    ordering,
    'const { packageName: _, ...unnamed } = start;',
    'const unnamed = start;',
  ),
  bug(
    'a package goes by the name of another',
    'shared/domain/packages.ts',
    'knownPackages(list).find(({ id }) => id === packageId)?.name',
    'knownPackages(list)[0]?.name',
  ),
  bug('a foreign phone number is given to Turn', 'shared/lever/read-phone.ts', '&& !isForeign ?', '?'),
  bug(
    'that another package was ordered is not told',
    ordering,
    'packageId, warnings: [...start.warnings, warning]',
    'packageId, warnings: start.warnings',
  ),
  bug(
    'one "not found" of Lever is a deletion',
    'functions/check-worker/why-unread.ts',
    "hasFailed('lever_not_found', triesBeforeGone, nextDecision, now)",
    'true',
  ),
  bug(
    'a deleted candidate is not erased',
    processing,
    "if (read === 'gone' && !isOfAnotherLever(loaded.record, account)) {\n    return forgetOpportunity(loaded, uncertain, ports);",
    "if (read === 'gone' && !isOfAnotherLever(loaded.record, account)) {\n    return 'finished';",
  ),
  bug(
    'the lines about a deleted candidate are kept',
    'shared/accounts/forget-opportunity.ts',
    'await activities.forget(accountId, opportunityId);',
    '',
  ),
  bug(
    'of a deleted candidate the checks are kept',
    transitions,
    "? [{ state: 'erased' as const, enteredAt: entry.enteredAt }]",
    '? [entry]',
  ),
];

const showing: readonly PlantedBug[] = [
  bug(
    'the old tag goes before the new one comes',
    display,
    "if (stale.length > 0) writes.push({ kind: 'remove_tags'",
    "if (stale.length > 0) writes.unshift({ kind: 'remove_tags'",
  ),
  bug(
    'a note may lead to any host',
    dashboardAddress,
    'return isSafe && hosts.includes(hostname) && username',
    'return isSafe && username',
  ),
  bug('a note may lead there without https', dashboardAddress, "protocol === 'https:' && port === ''", 'port === port'),
  bug('a Turn ID may have anything behind it', 'shared/turn/turn-id.ts', '/^C\\d{6,20}$/u', '/^C\\d{6,20}/u'),
  bug(
    'what only begins with approved is shown as clear',
    checkStatus,
    "word !== 'approved' && /^[^a-z]*(?:approved|clear)/u.test(word) ? 'review' : word",
    'word',
  ),
  bug('the old tag stays', display, 'if (stale.length > 0)', 'if (stale.length > 99)'),
  bug(
    'a tag that was replaced is forgotten',
    leverState,
    'const before = state.tag === null ? state.otherTags : [...state.otherTags, state.tag];',
    'const before = state.otherTags;',
  ),
  bug(
    'the note of a solved problem is left standing',
    display,
    "key.startsWith('problem/') ||",
    "key.startsWith('nothing/') ||",
  ),
  bug('what is about to be written is not saved', transitions, '...writeStarted(seen.lever, writes)', '...seen.lever'),
  bug(
    'a note is not looked for before it is written again',
    writing,
    'write.mayBeThere ? await',
    'write.text === null ? await',
  ),
  bug('a note that may be there is looked for as it would read by now', display, 'text: known?.text ?? text', 'text'),
  bug('a note without an answer counts as not written', writing, "failure.code === 'lever_unavailable' ||", ''),
  bug(
    'a note whose answer cannot be read counts as not written',
    writing,
    " || failure.code === 'lever_unexpected_answer'",
    '',
  ),
  bug(
    'two workers write at once',
    syncing,
    'if (isLeased(current.lever, ports.now())) return',
    'if (isLeased(seen.lever, Number.MAX_SAFE_INTEGER)) return',
  ),
  bug(
    'whoever writes does not look again at the end',
    transitions,
    "effects: current.dirty ? [{ kind: 'sync_again' }] : [],",
    'effects: [],',
  ),
  bug(
    'whoever writes may do so however late',
    writing,
    'lease.until - callMarginMs, ...writes',
    'Number.MAX_SAFE_INTEGER, ...writes',
  ),
  bug(
    'whoever lost the lease is sure of the tags',
    transitions,
    'lever: { ...lever, tag: null, otherTags: [...new Set(tags)] }',
    'lever: { ...lever, otherTags: [...new Set(tags.slice(0, lever.otherTags.length))] }',
  ),
  bug(
    'what Lever refuses counts as done',
    writing,
    'state = writeDeferred(state, write, ports.now() + ports.config.retryPolicy.retryLongestMs);',
    'state = writeConfirmed(state, write, null);',
  ),
  bug(
    "Turn's status is read once and no more",
    transitions,
    'status: found.status,\n    changedAt:',
    'status: entry.status ?? found.status, changedAt:',
  ),
  bug(
    'a recheck is not noticed',
    syncing,
    '(entry) => entry === last || isRunning(entry),',
    '(entry) => last !== undefined && isRunning(entry),',
  ),
  bug('a silent check is not polled', polling, '[pollWhileRunning(record, moment)]', '[]'),
  bug('a check that has ended is not polled', polling, ': pollsAfterTheEnd(entries, moment)', ': []'),
  bug('each poll looks at Lever', leverState, 'now - lookedAt >', 'now >'),
  bug(
    'a tag that a person deleted is not missed',
    syncing,
    'if (!isPoll || lever.tag === null ||',
    'if (!isPoll || lever.tag !== undefined ||',
  ),
  bug(
    'a started check is not sent on to be shown',
    transitions,
    'effects: [enqueueSync, started],',
    'effects: [started],',
  ),
];

const accepting: readonly PlantedBug[] = [
  bug(
    'whose check a worker is, is not remembered',
    resolving,
    'await ports.sharers.joinWorker(accountId, check.workerId, opportunityId);',
    '[opportunityId];',
  ),
  bug(
    'a delivery counts as seen before it is queued',
    webhook,
    'await ports.enqueueDecision({ accountId, opportunityId });',
    "await ports.deliveries.remember(accountId, delivery.signature);\n  await ports.heartbeats.touch(accountId, 'lastWebhookAt');\n  await ports.enqueueDecision({ accountId, opportunityId });",
  ),
  bug('the signature is not checked', webhook, 'if (found.verdict === null) {', 'if (found === undefined) {'),
  bug(
    'the webhook secret before the present one is not tried',
    'shared/stores/webhook-secrets.ts',
    '.filter(({ validUntil }) => validUntil === null || validUntil > now)',
    '.filter(({ validUntil }) => validUntil === null)',
  ),
  bug(
    'a new secret retires those of other webhooks',
    'shared/stores/webhook-secrets.ts',
    'secrets.webhookSecrets.filter((known) => !isOfEvent(known));',
    'secrets.webhookSecrets.slice(0, 0);',
  ),
  bug(
    'deliveries lie where the function that takes webhooks may not look',
    keys,
    'pk: webhookPartition(accountId),\n  sk: `DELIVERY#',
    'pk: accountPartition(accountId),\n  sk: `DELIVERY#',
  ),
  bug(
    'deletions are not listened to',
    'shared/lever/delivery.ts',
    'new Set(webhookEvents)',
    "new Set(webhookEvents.filter((event) => event !== 'candidateDeleted'))",
  ),
  bug(
    'unarchiving is not listened to',
    'shared/lever/delivery.ts',
    'new Set(webhookEvents)',
    "new Set(webhookEvents.filter((event) => event !== 'candidateArchiveChange'))",
  ),
  bug(
    'a callback to a wrong address is believed',
    'functions/status-callback/accept-callback.ts',
    'return address !== null && isCallbackKey(secret, address, key, ports.now());',
    'return address !== null;',
  ),
  bug(
    'a callback counts on a sync that may have begun',
    'shared/stores/hint-store.ts',
    'await enqueueSync(item, Math.floor(gatherMs() / 1000));',
    'await enqueueSync(item);',
  ),
  bug(
    'a callback counts on a sync that was never asked for',
    'shared/stores/hint-store.ts',
    'if (isHint(known) && notedAt < known.syncsFrom - workerClockSkewMs) return false;\n    await enqueueSync(item, Math.floor(gatherMs() / 1000));',
    'if (isHint(known) && notedAt < known.syncsFrom - workerClockSkewMs) return false;\n    if (known === undefined) await enqueueSync(item, Math.floor(gatherMs() / 1000));',
  ),
  bug(
    'a callback of an undocumented shape is refused',
    'shared/turn/callback.ts',
    'if (!isObject(body)) return null;',
    "if (!isObject(body) || !('original_state' in body || 'partner_worker_status' in body)) return null;",
  ),
  bug(
    'moves out of the stage are dropped',
    webhook,
    'return fromStageId === null || (fromStageId !== undefined && isNoTrigger(fromStageId));',
    'return true;',
  ),
  bug(
    'a webhook secret that was replaced is believed for ever',
    'shared/stores/webhook-secrets.ts',
    'validUntil === null || validUntil > now)\n    .map(',
    'validUntil === null || validUntil > 0)\n    .map(',
  ),
  bug(
    'webhooks of before an authorization are not retired',
    'shared/accounts/register-webhooks.ts',
    'validUntil: webhook.validUntil ?? now + retiredForMs',
    'validUntil: webhook.validUntil ?? now + 26 * retiredForMs',
  ),
  bug(
    'a callback key that was replaced is accepted for ever',
    'shared/domain/callback-keys.ts',
    'callbackKeys.filter(({ validUntil }) => validUntil === null || validUntil > now);',
    '[...callbackKeys];',
  ),
  bug(
    'a callback key ends as soon as there is another',
    'shared/domain/callback-keys.ts',
    '...(atOnce ? [] : previous)',
    '...(atOnce ? previous : [])',
  ),
  bug(
    'the callback key of a deleted account is accepted again',
    'infra/operator/create-accounts.ts',
    'withNewCallbackKey(newAccount(accountId, seed.name), now())',
    'withNewCallbackKey(newAccount(accountId, seed.name), 1)',
  ),
  {
    name: 'all accounts have one callback key',
    edits: [
      {
        file: 'shared/turn/callback.ts',
        from: 'keyText(callbackSecret, account.accountId, each)',
        to: "keyText(callbackSecret, 'all', each)",
      },
      {
        file: 'shared/turn/callback.ts',
        from: 'keyText(callbackSecret, accountId, current)',
        to: "keyText(callbackSecret, 'all', current)",
      },
    ],
  },
];

const remembering: readonly PlantedBug[] = [
  bug(
    'what was read of an account is remembered for ever',
    remembered,
    'time - remembered.readAt < rememberedMs',
    'remembered.readAt <= time',
  ),
  bug(
    'who is refused by what is remembered is not looked up anew',
    remembered,
    'if (fresh !== null && verdict !== null) return',
    'if (fresh !== null) return',
  ),
  bug(
    'an account whose triggers were chosen just now is not maintained again',
    'functions/account-maintenance/maintain-account.ts',
    'since !== undefined && now - since < untilAllKnowMs',
    'since !== undefined && now < since',
  ),
];

const waiting: readonly PlantedBug[] = [
  bug(
    'what failed is not scheduled again',
    retrying,
    'retryScheduled(record, workType, error, ports.moment(), ports.random()),',
    '({ record, effects: [] }),',
  ),
  bug(
    'what foreseeably fails goes to the dead letters',
    retrying,
    "(kindOf(error) === 'throttled' && canRedeliver)",
    'canRedeliver !== null',
  ),
  bug(
    'no backoff',
    'shared/domain/retry-policy.ts',
    'policy.retryFirstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30)',
    'policy.retryFirstMs',
  ),
  bug(
    'a failure of another kind begins the backoff anew',
    'shared/domain/retry-policy.ts',
    'failureCounts: { ...lastingCounts(scheduled), [code]: count }',
    'failureCounts: { [code]: count }',
  ),
  bug(
    'workers that fail at once count one by one',
    'shared/domain/retry-policy.ts',
    'if (scheduled?.lastFailure === code && isBackingOff(scheduled, now)) {',
    'if (scheduled?.attempts === -1) {',
  ),
  bug(
    'a message whose turn has not come is dropped',
    'shared/edge/queue-handler.ts',
    'longestHiddenSeconds));\n  throw error;',
    'longestHiddenSeconds));\n  return undefined as never;',
  ),
  bug(
    'what is due is forgotten as it is fed to the queue',
    'functions/sweep/sweep.ts',
    'ports.now() + ports.config.redeliveryMs)',
    'Number.MAX_SAFE_INTEGER)',
  ),
  bug(
    'an account whose maintenance message was lost is never maintained again',
    'functions/sweep/sweep.ts',
    'ports.now() + ports.config.redeliveryMs)',
    'item.due.workType === maintenanceWork ? Number.MAX_SAFE_INTEGER : ports.now() + ports.config.redeliveryMs)',
  ),
  bug(
    'an account is left alone as if it were maintained already',
    'functions/account-maintenance/maintain-account.ts',
    'found.maintenanceAt - ports.now() > 2 * config.redeliveryMs',
    'found.maintenanceAt - ports.now() > 2',
  ),
  {
    name: 'nobody notices that the access has ended',
    edits: [
      {
        file: retrying,
        from: "if (kindOf(error) === 'needs_reconnect') await markDisconnected(item.accountId, beganAt, ports);",
        to: '',
      },
      {
        file: 'functions/account-maintenance/maintain-account.ts',
        from: "if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);",
        to: '',
      },
      {
        file: 'functions/settings-api/probe-connection.ts',
        from: "if (kindOf(error) === 'needs_reconnect') await markDisconnected(accountId, beganAt, ports);",
        to: '',
      },
    ],
  },
  bug(
    'what waited for a reconnection is not resumed',
    rounds,
    "...(isNewConnection ? [{ kind: 'awaiting_reconnect', after: null } as const] : []),",
    '',
  ),
  bug('what waited is resumed on the first page alone', reconciling, 'return next;\n};', 'return null;\n};'),
  bug(
    'reconciliation leaves out the entries',
    rounds,
    "...stageIds.map((stageId) => ({ kind: 'entries', stageId, after: null }) as const),",
    '',
  ),
  bug('reconciliation leaves out the deletions', rounds, "{ kind: 'deletions', after: null },", ''),
  bug('reconciliation reads the first page alone', rounds, 'rest === null ? others : [rest, ...others]', 'others'),
  bug(
    'reconciliation leaves out confidential candidates',
    'shared/lever/lever-client.ts',
    ", ['confidentiality', 'all']]",
    ']',
  ),
  bug(
    'reconciliation never begins a new round',
    rounds,
    'if (known !== null && !isNewConnection && known.round.steps.length > 0) return known;',
    'if (known !== null && !isNewConnection) return known;',
  ),
];

const apart: readonly PlantedBug[] = [
  bug('no request is acquired for a call', 'shared/lever/call-lever.ts', 'else await given.acquire();', ''),
  bug(
    'more requests at once than the burst',
    'shared/stores/rate-limiter.ts',
    'atLeast: options.now() - burst * requestIntervalMs',
    'atLeast: options.now() - 60 * requestIntervalMs',
  ),
  bug(
    'two may refresh the access at once',
    tokens,
    'const isFree = (credentials.refreshingUntil ?? 0) <= now();',
    'const isFree = true;',
  ),
  bug(
    'the refreshed access is not saved',
    'shared/stores/credential-store.ts',
    'tokens === null ? before.tokens : inSameRegion(tokens, before.tokens)',
    'before.tokens',
  ),
  bug(
    'the rotated refresh token is not kept',
    login,
    'toTokenSet(answer, answer.refresh_token ?? refreshToken,',
    'toTokenSet(answer, refreshToken,',
  ),
  bug('a login that is out of order ends the access', loginLine, "error === 'invalid_grant' ||", 'status >= 400 ||'),
  bug(
    'an odd rotation is discarded',
    loginLine,
    'const isGood = status >= 200 && status < 300;',
    'const isGood = status === 200 && /^[{].*"expires_in":[1-9]/u.test(body);',
  ),
  bug('a slow rotation is given up on', login, 'refreshTimeoutMs = 40_000', 'refreshTimeoutMs = 8_000'),
  bug(
    'a refused access token is used again',
    'shared/lever/call-lever.ts',
    'if (answer.status !== 401) return accepted(answer);',
    'if (answer.status > 0) return accepted(answer);',
  ),
  {
    name: 'access tokens are remembered without their account',
    edits: [
      { file: tokens, from: 'known.get(accountId)', to: "known.get('')" },
      { file: tokens, from: 'known.set(accountId,', to: "known.set('' ," },
    ],
  },
  bug(
    'the records of all accounts lie together',
    keys,
    'pk: accountPartition(accountId),\n  sk: `OPPORTUNITY#',
    "pk: accountPartition('all'),\n  sk: `OPPORTUNITY#",
  ),
  bug(
    'the credentials of all accounts are one',
    keys,
    'credentials = (accountId: string): Key => ({ pk: accountPartition(accountId)',
    "credentials = (): Key => ({ pk: accountPartition('acct_1')",
  ),
  {
    name: 'secrets lie open in the table',
    edits: [
      {
        file: encryptedItem,
        from: 'const encrypted = await each(accountId, content, cipher.encrypt)',
        to: 'const encrypted = content',
      },
      {
        file: encryptedItem,
        from: 'await each(accountId, stored, decrypt)',
        to: 'stored',
      },
    ],
  },
  bug(
    'an e-mail address is logged',
    ordering,
    "if (claimedRecord === null) return 'conflict';",
    "if (claimedRecord === null) return 'conflict';\n  await ports.emit('check_claimed', { accountId, reason: start.candidate.email });",
  ),
  bug(
    'the candidate is stored with the claim',
    ordering,
    'const claim = orderingEntry(known, start, ports.now());',
    'const claim = { ...orderingEntry(known, start, ports.now()), candidate: start.candidate };',
  ),
  bug(
    'the candidate travels in the queue',
    'shared/aws/work-item-queue.ts',
    'JSON.stringify({ accountId, opportunityId, correlationId: correlationId() })',
    "JSON.stringify({ accountId, opportunityId, email: 'x@people.example' })",
  ),
];

const health: readonly PlantedBug[] = [
  bug(
    'the index of open records does not know of problems',
    'shared/domain/waiting-work.ts',
    'const times = [problemOf(currentEntry(record))?.since, nextDecision',
    'const times = [nextDecision',
  ),
  bug(
    'health does not look at the candidates',
    'shared/domain/work-problems.ts',
    'const problem = problemOf(currentEntry(record));',
    'const problem = problemOf(undefined);',
  ),
  {
    name: 'a denial is never over',
    edits: [
      { file: processing, from: 'await markDenied(account, false, ports);', to: '' },
      {
        file: 'functions/account-maintenance/maintain-account.ts',
        from: 'await markDenied(account, false, ports);',
        to: '',
      },
    ],
  },
];

const pressing: readonly PlantedBug[] = [
  bug(
    'asking: who was there before the start is checked unasked',
    deciding,
    'if (known === undefined && isBeforeStart && !isRequested(record, enteredAt, from))',
    'if (known === undefined && isBeforeStart && enteredAt === 0)',
  ),
  bug(
    'asking: whom a check is asked for nobody looks at',
    transitions,
    'record: { ...decisionRequested(record, now).record, requested:',
    'record: { ...record, requested:',
  ),
  bug(
    'asking: what could not be saved is told as asked for',
    'functions/settings-api/request-checks.ts',
    'counts.failed += 1;',
    'counts.requested += 1;',
  ),
  bug(
    'a press: made again, it calls Turn again',
    'shared/stores/press-store.ts',
    'if (await table.put(itemOf(accountId, pressId, press, null), null)) return null;',
    'if ((await table.put(itemOf(accountId, pressId, press, null), null)) !== null) return null;',
  ),
  bug(
    'a press: one without a known outcome is made again',
    'functions/settings-api/ask-turn.ts',
    'if (known !== null) return isSame',
    'if (known !== null && known.outcome !== null) return isSame',
  ),
];

const moving: readonly PlantedBug[] = [
  bug(
    'a move: whoever left the stage is moved',
    dueMove,
    'isWanted && isUntouched && isStanding && !isArchived',
    'isWanted && isUntouched && !isArchived',
  ),
  bug('a move: at any status', dueMove, 'find((name) => name === entry.status?.name)', 'find(() => true)'),
  bug(
    'a move: told as soon as it is begun',
    leverState,
    '{ ...state, moves: withMove(state.moves, write.move) }',
    "{ ...state, moves: withMove(state.moves, { ...write.move, state: 'moved' }) }",
  ),
  bug(
    'a move: a lost answer counts as one that was never asked for',
    dueMove,
    '{ move: open, isNew: false, isWanted }',
    '{ move: open, isNew: true, isWanted }',
  ),
  bug(
    'a move: forgotten where its answer was lost',
    dueMove,
    'if (lookAgainAt(open) <= now) return',
    'if (lookAgainAt(open) <= 0) return',
  ),
];

const pausing: readonly PlantedBug[] = [
  bug(
    'a pause: orders do not look at it',
    reserving,
    '(pauseOf(current ?? account, allPausedSince) !== null)',
    '(false)',
  ),
  bug(
    'a pause: what was read of the account before it began is gone by',
    reserving,
    'pauseOf(current ?? account, allPausedSince)',
    'pauseOf(account, null)',
  ),
  bug(
    'a pause: what waits is not decided when it ends',
    'shared/accounts/requeue-paused.ts',
    "waiting = open.filter(({ nextDecision }) => nextDecision?.lastFailure === 'ordering_paused')",
    'waiting = open.slice(0, 0)',
  ),
];

export const plantedBugs: readonly PlantedBug[] = [
  ...restoredTable,
  ...startingOnce,
  ...sharing,
  ...decisions,
  ...showing,
  ...accepting,
  ...remembering,
  ...waiting,
  ...apart,
  ...health,
  ...pressing,
  ...moving,
  ...pausing,
];
