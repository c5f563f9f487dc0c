import {
  Alarm,
  ComparisonOperator,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmActions, AlarmTarget } from '../alarm-targets.ts';

export type ServiceAlarmProps = {
  /** What is wrong, in words; the runbook has a heading of the same words. */
  title: string;
  /** Who must know. */
  target: AlarmTarget;
  /** Who suffers, and how. */
  impact: string;
  metric: Metric | MathExpression;
  threshold: number;
  /** Of so many periods in a row; 1 if not given. */
  periods?: number;
  /** Alarm when the metric stays under the threshold or is not there at all. */
  whenBelow?: boolean;
};

/** What all alarms of a stage share. `runbookUrl`: the address at which people read RUNBOOK.md. */
export type AlarmSurroundings = { actions: AlarmActions; serviceName: string; runbookUrl: string };

/** Creates an alarm that tells whoever is woken by it what it means for customers and where the runbook says what to do. */
export const createServiceAlarm = (
  scope: Construct,
  id: string,
  props: ServiceAlarmProps,
  { actions, serviceName, runbookUrl }: AlarmSurroundings,
): Alarm => {
  const alarm = new Alarm(scope, `${id}Alarm`, {
    alarmName: `${serviceName}: ${props.title}`,
    alarmDescription: `${props.title}. Impact: ${props.impact} Runbook: ${runbookUrl}#${anchor(props.title)}`,
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: props.periods ?? 1,
    comparisonOperator: props.whenBelow
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: props.whenBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(...actions[props.target]);
  alarm.addOkAction(...actions[props.target]);
  return alarm;
};

/** As Markdown viewers make it of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
