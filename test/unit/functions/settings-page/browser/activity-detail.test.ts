import { describe, expect, it } from 'vitest';
import { detailOf, titleOf } from '#functions/settings-page/browser/activity-detail.ts';
import type { Activity, ActivityKind } from '#shared/domain/activity.ts';

const activity = (kind: ActivityKind, detail: string | null): Activity => ({
  at: 0,
  kind,
  detail,
  opportunityId: null,
  by: null,
});
const line = (...of: Parameters<typeof activity>): string =>
  [titleOf(activity(...of)), detailOf(activity(...of))].filter((part) => part !== null).join(' · ');

describe('a line of the activity', () => {
  it('says no more than is known: a status that Lever has not taken, a check that Turn may have', () => {
    expect(line('check_status', 'clear')).toBe('Status at Turn changed · clear');
    expect(line('problem', 'tags_locked')).toMatch(/^Lever does not accept the TurnStatus tag/u);
    expect(line('problem', 'order_uncertain')).toMatch(/^Turn has not confirmed the check yet/u);
    expect(line('webhooks_silent', null)).not.toContain('registered');
    expect(line('problem', 'no_email')).toMatch(/^No check started/u);
  });

  it('says which settings were changed from what to what', () => {
    const detail = 'secretNotes: false → true\nrerun: never → after 90 days';
    expect(line('settings_changed', detail)).toBe(
      'Settings changed · Make notes secret: off → on; When a candidate comes back after a check has ended: never → after 90 days',
    );
    expect(line('settings_changed', 'triggerStages: true → false')).toMatch(/Stage: true → false$/u);
    expect(line('settings_changed', 'tagPolicy, hourlyCap')).toMatch(/· TurnStatus tags; Hourly limit of checks$/u);
  });

  it('says which package was ordered, and why not another', () => {
    expect(line('check_started', 'P0000000001')).toBe('Background check started · package P0000000001');
    expect(line('check_started', 'default invitation_not_sent')).toMatch(/; Turn could not send the invitation$/u);
    expect(line('check_started', 'default not_P9999999999 malformed_package_tag')).toBe(
      'Background check started · Turn’s default package; Turn does not know package P9999999999; an invalid TurnPackage tag was not used',
    );
  });
});
