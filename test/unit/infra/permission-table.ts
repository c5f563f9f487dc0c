import { ofType, type Resource, target } from './synthesize.ts';

type Values = string | readonly string[];
type Statement = {
  Effect: string;
  Action: Values;
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

const list = <T>(value: T | readonly T[]): T[] => [value].flat() as T[];

/** Everything that a function's role may do, in the order of the template. */
export const statementsOf = (service: Record<string, Resource>, name: string): Statement[] =>
  ofType(service, 'AWS::IAM::Policy')[`${name}RoleDefaultPolicy`]?.Properties['PolicyDocument'].Statement ?? [];

/** The services through which alone a statement lets a function use the key; undefined: it may by itself. */
export const viaServices = ({ Condition }: Statement): string[] | undefined => {
  const via = Condition?.['StringEquals']?.['kms:ViaService'];
  return via === undefined
    ? undefined
    : list(via).map((each) => /[a-z]+(?=\.)/u.exec(JSON.stringify(each))?.[0] ?? '?');
};

const onlyOf = (statement: Statement): string => {
  const { 'dynamodb:LeadingKeys': partitions } =
    statement.Condition?.['ForAllValues:StringLike'] ?? statement.Condition?.['ForAnyValue:StringLike'] ?? {};
  if (partitions !== undefined) return `partitions \`${String(list(partitions).join(', '))}\``;
  const through = viaServices(statement);
  if (through !== undefined) return `through ${through.join(', ')}`;
  return statement.Condition === undefined ? '' : `\`${JSON.stringify(statement.Condition)}\``;
};

/** What each function's role may do, as a table in Markdown. */
export const permissionTable = (service: Record<string, Resource>): string => {
  const names = Object.keys(ofType(service, 'AWS::Lambda::Function'));
  const rows = names.flatMap((name) =>
    statementsOf(service, name)
      .flatMap((statement) => {
        const [prefix = ''] = list(statement.Action)[0]?.split(':') ?? [];
        const actions = list(statement.Action).map((action) => action.replace(`${prefix}:`, ''));
        return list(statement.Resource).map((resource) => {
          const what = [
            name,
            `${statement.Effect === 'Deny' ? 'never ' : ''}${prefix}: ${actions.join(', ')}`,
            resource === '*' ? 'everything' : `\`${target(resource)}\``,
            onlyOf(statement),
          ];
          return `| ${what.join(' | ')} |`;
        });
      })
      .sort(),
  );
  return ['| role | may | on | only |', '| --- | --- | --- | --- |', ...rows].join('\n');
};
