import {
  Alarm,
  type AlarmBase,
  AlarmRule,
  AlarmState,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { acknowledge } from '../accepted-findings.ts';
import type { AlarmActions, AlarmTarget } from '../alarm-targets.ts';

const UNTOLD = 'The stage’s file names nobody to tell, which production’s must; each deployment prints so.';

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
  /** So many of those periods are enough; all of them if not given. */
  breaching?: number;
  /** Alarm when the metric stays under the threshold or is not there at all. */
  whenBelow?: boolean;
  /** Alarm only if it is besides so many standard deviations above what CloudWatch's model of its own past, up to two weeks, lets expect at this hour. */
  unusualByDeviations?: number;
};

/** What all alarms of a stage share. `runbookUrl`: the address at which people read RUNBOOK.md. */
export type AlarmSurroundings = { actions: AlarmActions; serviceName: string; runbookUrl: string };

/** Creates an alarm that tells whoever is woken by it what it means for customers and where the runbook says what to do. */
export const createServiceAlarm = (
  scope: Construct,
  id: string,
  props: ServiceAlarmProps,
  { actions, serviceName, runbookUrl }: AlarmSurroundings,
): AlarmBase => {
  const named = {
    name: `${serviceName}: ${props.title}`,
    alarmDescription: `${props.title}. Impact: ${props.impact} Runbook: ${runbookUrl}#${anchor(props.title)}`,
  };
  const alarm =
    props.unusualByDeviations === undefined
      ? createThresholdAlarm(scope, `${id}Alarm`, props, named)
      : createSurgeAlarm(scope, id, { ...props, stdDevs: props.unusualByDeviations }, named);
  if (actions[props.target].length === 0 && alarm instanceof Alarm) tellsNobody(alarm, UNTOLD);
  alarm.addAlarmAction(...actions[props.target]);
  alarm.addOkAction(...actions[props.target]);
  return alarm;
};

const tellsNobody = (alarm: Alarm, because: string): void => {
  for (const pack of ['HIPAA.Security', 'NIST.800.53.R5']) acknowledge(alarm, `${pack}-CloudWatchAlarmAction`, because);
};

type Named = { name: string; alarmDescription: string };

const createThresholdAlarm = (scope: Construct, id: string, props: ServiceAlarmProps, named: Named): Alarm =>
  new Alarm(scope, id, {
    alarmName: named.name,
    alarmDescription: named.alarmDescription,
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: props.periods ?? 1,
    ...(props.breaching === undefined ? {} : { datapointsToAlarm: props.breaching }),
    comparisonOperator: props.whenBelow
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: props.whenBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });

/** Two alarms that tell nobody, one on each condition, and one on both: an alarm on the model alone would ring for twenty candidates where there are none on other days. */
const createSurgeAlarm = (
  scope: Construct,
  id: string,
  { stdDevs, ...props }: ServiceAlarmProps & { stdDevs: number },
  named: Named,
): CompositeAlarm => {
  const part = (which: string): Named => ({
    name: `${named.name} (${which})`,
    alarmDescription: `One half of "${named.name}", which tells somebody when both are so.`,
  });
  const many = createThresholdAlarm(scope, `${id}Many`, props, part('many'));
  const unusual = new AnomalyDetectionAlarm(scope, `${id}Unusual`, {
    alarmName: part('unusual').name,
    alarmDescription: part('unusual').alarmDescription,
    metric: props.metric,
    stdDevs,
    comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  for (const half of [many, unusual])
    tellsNobody(half, 'It is one half of a composite alarm, which tells somebody when both halves ring.');
  const isRinging = (alarm: Alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM);
  return new CompositeAlarm(scope, `${id}Alarm`, {
    compositeAlarmName: named.name,
    alarmDescription: named.alarmDescription,
    alarmRule: AlarmRule.allOf(isRinging(many), isRinging(unusual)),
  });
};

/** As Markdown viewers make it of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
