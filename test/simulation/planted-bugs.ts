/** A safeguard taken out: in these files of the product, these words are replaced. Each occurs there once. */
export type PlantedBug = { readonly name: string; readonly edits: readonly Edit[] };
export type Edit = { readonly file: string; readonly from: string; readonly to: string };

const bug = (name: string, file: string, from: string, to: string): PlantedBug => ({
  name,
  edits: [{ file, from, to }],
});

const ordering = 'functions/check-worker/order-check.ts';
const outcomes = 'functions/check-worker/record-outcome.ts';
const considering = 'functions/check-worker/consider-opportunity.ts';
const settling = 'functions/check-worker/settle-order.ts';
const deciding = 'shared/domain/decide.ts';
const updating = 'functions/lever-update/update-lever.ts';
const writing = 'functions/lever-update/write-to-lever.ts';
const webhook = 'functions/webhook-verify/accept-webhook.ts';
const catchingUp = 'functions/sweep/catch-up.ts';
const rounds = 'shared/domain/catch-up.ts';
const display = 'shared/domain/lever-display.ts';
const knowledge = 'shared/domain/lever-knowledge.ts';
const tokens = 'shared/lever/access-tokens.ts';
const turnClient = 'shared/turn/turn-client.ts';
const parking = 'shared/edge/park-failures.ts';
const keys = 'shared/stores/keys.ts';
const credentials = 'shared/stores/credential-store.ts';

const order = `await turn.orderCheck({
    candidate: start.candidate,
    packageId: start.packageId,
    referenceId: checkId,
    callbackUrl,
    notAfter: inFlightUntil - callMarginMs,
  });`;

const startingOnce: readonly PlantedBug[] = [
  bug(
    'no version check on the screening',
    'shared/stores/screening-store.ts',
    '(await table.put(item, version))',
    '(await table.overwrite(item), true)',
  ),
  {
    name: 'the order is sent before its claim is saved',
    edits: [
      { file: ordering, from: `const outcome = ${order}`, to: '' },
      { file: ordering, from: 'const claimed = await', to: `const outcome = ${order}\n  const claimed = await` },
    ],
  },
  bug(
    'an order that was sent is not asked for by its reference',
    settling,
    'if (status !== null) {',
    'if (status === undefined) {',
  ),
  bug('no settle time', settling, 'if (settlesAt <= askedAt) return', 'if (settlesAt > 0) return'),
  bug(
    'an order may be sent however late',
    ordering,
    'notAfter: inFlightUntil - callMarginMs',
    'notAfter: Number.MAX_SAFE_INTEGER',
  ),
  bug(
    'an order without an answer counts as refused',
    turnClient,
    "return { kind: 'uncertain', why: error.message };",
    "return { kind: 'rejected', fields: [] };",
  ),
  bug('an order answered 5xx counts as refused', turnClient, 'status < 400 || status >= 500 ||', 'status < 400 ||'),
  bug(
    'an order whose answer cannot be read counts as refused',
    turnClient,
    "{ kind: 'uncertain', why: 'no worker id' }",
    "{ kind: 'rejected', fields: [] }",
  ),
  bug(
    'any error of Turn counts as not found',
    turnClient,
    'if (status === 422 && /was not found/iu.test(body)) return null;',
    'if (status >= 400) return null;',
  ),
  bug(
    'a late refusal overwrites what others did since',
    outcomes,
    "if (known?.state === 'started' || known?.attempt?.attemptedAt !== standing?.attemptedAt) return screening;",
    '',
  ),
  {
    name: 'a check that was started is not recognized',
    edits: [
      {
        file: deciding,
        from: "if (ofThisEntry?.state === 'started') return { kind: 'ignore', reason: 'already_started' };",
        to: '',
      },
      { file: ordering, from: "if (known?.state === 'started') return 'refused_before';", to: '' },
    ],
  },
  bug(
    'who comes while an order is in flight is forgotten',
    'functions/check-worker/record-started.ts',
    'known?.attempt?.revisit === true ?',
    'known?.attempt?.revisit === null ?',
  ),
  bug(
    'who comes as an order in flight ends is forgotten',
    settling,
    "return isOut ? 'waiting' : 'settled';",
    "return 'waiting';",
  ),
  bug(
    'Turn is not asked whether an earlier check runs again',
    considering,
    "decision.kind === 'start' ||",
    "decision.kind === 'wait' ||",
  ),
  bug(
    'a check that was long in coming is taken for lost',
    'functions/check-worker/record-started.ts',
    ', changedAt: ports.now() }',
    ' }',
  ),
  bug('what Turn refused waits although Lever is authorized again', ordering, ' && !isHeld(reconsider)', ''),
  bug('the cap is ignored', 'shared/stores/hourly-orders.ts', 'before.ordered < cap;', 'before.ordered >= 0;'),
  bug(
    'a clock that is behind begins an hour of the cap anew',
    'shared/stores/hourly-orders.ts',
    'Math.max(thisHour, stored?.hour ?? 0)',
    'thisHour',
  ),
];

const decisions: readonly PlantedBug[] = [
  bug('grace is ignored', deciding, 'account.graceSeconds > 0 && graceEndsAt > now', 'account.graceSeconds < 0'),
  bug(
    'who waits for the end of the grace is forgotten',
    'functions/check-worker/record-decision.ts',
    "if (decision.kind === 'wait') return { dueAt: decision.until, attempts: 0 };",
    '',
  ),
  bug(
    'a problem is not looked at again',
    'functions/check-worker/record-decision.ts',
    'if (problem === null) return null;',
    'if (problem !== undefined) return null;',
  ),
  bug(
    'the rule against a second check is ignored',
    deciding,
    "case 'never':\n      return true;",
    "case 'never':\n      return false;",
  ),
  bug('a check starts while another one runs', deciding, 'if (earlier.some(isLive))', 'if (earlier.length > 99)'),
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
    'Math.max(...changes',
    'Math.min(...changes',
  ),
  bug(
    'a package that Turn does not know is a problem',
    ordering,
    "outcome.kind === 'package_unknown' && start.packageId !== null",
    "outcome.kind === 'package_unknown' && start.packageId === ''",
  ),
  bug('that another package was ordered is not told', ordering, '[...start.warnings, warning]', 'start.warnings'),
  bug(
    'one "not found" of Lever is a deletion',
    considering,
    "failuresFor('lever_not_found', reconsider) >= triesBeforeGone",
    'true',
  ),
  bug(
    'a deleted candidate is not erased',
    considering,
    "if (read === 'gone') return erase(loaded, ports);",
    "if (read === 'gone') return 'finished';",
  ),
  bug(
    'of a deleted candidate the checks are kept',
    considering,
    '...newCheck(check.enteredAt, check.state, ports.now()),',
    '...check,',
  ),
];

const showing: readonly PlantedBug[] = [
  bug(
    'the old tag goes before the new one comes',
    display,
    "if (stale.length > 0) writes.push({ kind: 'remove_tags'",
    "if (stale.length > 0) writes.unshift({ kind: 'remove_tags'",
  ),
  bug('the old tag stays', display, 'if (stale.length > 0)', 'if (stale.length > 99)'),
  bug(
    'a tag that was replaced is forgotten',
    knowledge,
    'shown.tag === null ? shown.otherTags : [...shown.otherTags, shown.tag]',
    'shown.otherTags',
  ),
  bug(
    'the note of a solved problem is left standing',
    display,
    "note.key.startsWith('problem/') &&",
    "note.key.startsWith('nothing/') &&",
  ),
  bug('what is about to be written is not saved', updating, '...begun(screening.lever, writes)', '...screening.lever'),
  bug(
    'a note is not looked for before it is written again',
    writing,
    'write.mayBeThere ? await',
    'write.text === null ? await',
  ),
  bug('a note without an answer counts as not written', writing, "failure.code === 'lever_unavailable' ||", ''),
  bug(
    'a note whose answer cannot be read counts as not written',
    writing,
    " || failure.code === 'lever_unexpected_answer'",
    '',
  ),
  bug(
    'two passes write at once',
    updating,
    'if (pass !== null && pass.until > ports.now()) {',
    'if (pass !== null && pass.until < 0) {',
  ),
  bug(
    'a pass does not look again at its end',
    writing,
    "outcome = current.lever.pass.again ? 'again' : 'finished';",
    '',
  ),
  bug(
    'a pass may write however late',
    writing,
    'notAfter: pass.until - callMarginMs',
    'notAfter: Number.MAX_SAFE_INTEGER',
  ),
  bug(
    'a pass that was overtaken is sure of itself',
    writing,
    '{ ...current, lever: unsure(current.lever, shown) }',
    'current',
  ),
  bug(
    'what Lever refuses counts as done',
    writing,
    'shown = refused(shown, write, ports.now() + ports.waiting.retryLongestMs);',
    'shown = done(shown, write, null);',
  ),
  bug(
    "Turn's status is read once and no more",
    'functions/lever-update/look-at-turn.ts',
    'progress: status.progress,',
    'progress: check.progress ?? status.progress,',
  ),
  bug(
    'a recheck is not noticed',
    'functions/lever-update/look-at-turn.ts',
    '(check === last || isLive(check))',
    'isLive(check)',
  ),
  bug(
    'a silent check is not looked at',
    updating,
    'if (checks.some(isLive)) times.push(ports.now() + quietMs);',
    'if (checks.some(isLive)) times.length = 0;',
  ),
  bug(
    'a tag that a person deleted is not missed',
    'functions/lever-update/look-at-lever.ts',
    'if (!isOwnLook) return screening;',
    'if (lever.tag !== undefined) return screening;',
  ),
  bug(
    'a started check is not sent on to be shown',
    'functions/check-worker/record-started.ts',
    'await ports.nudgeCheckUpdate(nudge);',
    '',
  ),
];

const accepting: readonly PlantedBug[] = [
  bug(
    'whose check a worker is, is not remembered',
    'functions/check-worker/record-started.ts',
    'await ports.screenings.rememberWorker(accountId, workerId, opportunityId);',
    '',
  ),
  bug(
    'a delivery counts as seen before it is queued',
    webhook,
    'await ports.nudgeStageChange({ accountId, opportunityId });\n  await noteDelivery();',
    'await noteDelivery();\n  await ports.nudgeStageChange({ accountId, opportunityId });',
  ),
  bug('the signature is not checked', webhook, 'if (!isSigned) {', 'if (accountId === null) {'),
  bug(
    'the webhook secret before the present one is not tried',
    'shared/stores/webhook-secrets.ts',
    '.filter(({ validUntil }) => validUntil === null || validUntil > now)',
    '.filter(({ validUntil }) => validUntil === null)',
  ),
  bug('deletions are not listened to', 'shared/lever/delivery.ts', " && delivery.event !== 'candidateDeleted'", ''),
  bug(
    'a callback to a wrong address is believed',
    'functions/status-callback/accept-callback.ts',
    'if (!isCallbackKey(await ports.callbackSecret(), accountId, key)) {',
    "if (key === '') {",
  ),
  bug(
    'all accounts have one callback key',
    'shared/turn/callback-address.ts',
    'accountId: string): string =>\n  createHmac',
    "_: string, accountId = ''): string =>\n  createHmac",
  ),
];

const waiting: readonly PlantedBug[] = [
  bug(
    'what failed is not parked',
    parking,
    'await options.screenings.update(accountId, opportunityId, (screening) => parked(screening, error, options));',
    '',
  ),
  bug(
    'what foreseeably fails goes to the dead letters',
    parking,
    "(error.kind === 'soon' && mayComeBack)",
    'mayComeBack !== null',
  ),
  bug(
    'no backoff',
    'shared/domain/waiting.ts',
    'waiting.retryFirstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 30)',
    'waiting.retryFirstMs',
  ),
  bug(
    'a failure of another kind begins the backoff anew',
    'shared/domain/planned.ts',
    'counts: { ...lasting(planned), [code]: count }',
    'counts: { [code]: count }',
  ),
  bug(
    'workers that fail at once count one by one',
    'shared/domain/planned.ts',
    'if (planned?.why === code && isPutOff(planned, now)) return { ...planned, attempts: planned.attempts + 1 };',
    '',
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
    'due: { ...item.due, dueAt: ports.now() + ports.renudgeMs },',
    'due: null,',
  ),
  {
    name: 'nobody notices that the access has ended',
    edits: [
      { file: parking, from: "if (error.kind === 'hold') await noteLapse(accountId, beganAt, options);", to: '' },
      {
        file: 'functions/sweep/keep-up.ts',
        from: "if (error.kind === 'hold') await noteLapse(accountId, beganAt, ports);",
        to: '',
      },
      {
        file: 'functions/sweep/knock-at-lever.ts',
        from: "if (error.kind === 'hold') await noteLapse(accountId, beganAt, ports);",
        to: '',
      },
    ],
  },
  bug(
    'what was held is not resumed',
    rounds,
    "...(isNewConnection ? [{ kind: 'held', after: null } as const] : []),",
    '',
  ),
  bug('what was held is resumed on the first page alone', catchingUp, 'return next;\n};', 'return null;\n};'),
  bug(
    'catching up leaves out the entries',
    rounds,
    "...stageIds.map((stageId) => ({ kind: 'entries', stageId, after: null }) as const),",
    '',
  ),
  bug('catching up leaves out the deletions', rounds, "{ kind: 'deletions', after: null },", ''),
  bug(
    'catching up reads the first page alone',
    rounds,
    'first === undefined || next === null ? others : [{ ...first, after: next }, ...others]',
    'others',
  ),
  bug(
    'catching up leaves out confidential candidates',
    'shared/lever/lever-client.ts',
    ", ['confidentiality', 'all']]",
    ']',
  ),
  bug(
    'catching up never begins a new round',
    rounds,
    'if (known !== null && !isNewConnection && known.round.steps.length > 0) return known;',
    'if (known !== null && !isNewConnection) return known;',
  ),
];

const apart: readonly PlantedBug[] = [
  bug('no slot is taken for a call', 'shared/lever/call-lever.ts', 'else await given.takeSlot();', ''),
  bug(
    'more slots at once than the burst',
    'shared/stores/rate-slots.ts',
    'atLeast: now - burst * slotIntervalMs',
    'atLeast: now - 60 * slotIntervalMs',
  ),
  bug(
    'two may renew the access at once',
    tokens,
    'const isFree = (credentials.refreshingUntil ?? 0) <= now();',
    'const isFree = true;',
  ),
  bug(
    'the renewed access is not saved',
    'shared/stores/grant-store.ts',
    'grant: grant ?? before.grant',
    'grant: before.grant',
  ),
  bug(
    'the rotated refresh token is not kept',
    'shared/lever/refresh-grant.ts',
    'grant.data.refresh_token ?? refreshToken',
    'refreshToken',
  ),
  bug(
    'a login that is out of order ends the access',
    'shared/lever/refresh-grant.ts',
    'deadSchema.safeParse(json).success;',
    'answer.status >= 400;',
  ),
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
    'the screenings of all accounts lie together',
    keys,
    'pk: accountPartition(accountId),\n    sk: `OPPORTUNITY#',
    "pk: accountPartition('all'),\n    sk: `OPPORTUNITY#",
  ),
  bug(
    'the credentials of all accounts are one',
    keys,
    'credentials: (accountId: string): Key => ({ pk: accountPartition(accountId)',
    "credentials: (): Key => ({ pk: accountPartition('acct_1')",
  ),
  {
    name: 'secrets lie open in the table',
    edits: [
      {
        file: credentials,
        from: 'content: await each(accountId, credentials, vault.seal)',
        to: 'content: credentials',
      },
      {
        file: credentials,
        from: 'await each(accountId, sealedSchema.parse(item.content), vault.open)',
        to: 'sealedSchema.parse(item.content)',
      },
    ],
  },
  bug(
    'an e-mail address is logged',
    ordering,
    "ports.report('check_claimed', { accountId, opportunityId, checkId });",
    "ports.report('check_claimed', { accountId, opportunityId, checkId, reason: start.candidate.email });",
  ),
  bug(
    'the candidate is stored with the claim',
    ordering,
    'warnings: start.warnings,\n    attempt',
    'warnings: start.warnings,\n    ...{ candidate: start.candidate },\n    attempt',
  ),
  bug(
    'the candidate travels in the queue',
    'shared/edge/nudge-queue.ts',
    'JSON.stringify({ accountId, opportunityId })',
    "JSON.stringify({ accountId, opportunityId, email: 'x@people.example' })",
  ),
];

export const plantedBugs: readonly PlantedBug[] = [
  ...startingOnce,
  ...decisions,
  ...showing,
  ...accepting,
  ...waiting,
  ...apart,
];
