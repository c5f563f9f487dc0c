import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from '../assembly/plan.ts';

export type Tables = {
  /** Creates the table as the template defines it, unless it is there from before. */
  create(table: TableDefinition): Promise<void>;
  remove(table: TableDefinition): Promise<void>;
  stop(): void;
};

type Projection = TableDefinition['properties']['GlobalSecondaryIndexes'][number]['Projection'];

const projectionOf = ({
  ProjectionType,
  NonKeyAttributes,
}: Projection): { ProjectionType: Projection['ProjectionType']; NonKeyAttributes?: string[] } => ({
  ProjectionType,
  ...(NonKeyAttributes === undefined ? {} : { NonKeyAttributes }),
});

/** Creates and removes tables at a DynamoDB endpoint. */
export const tablesAt = (endpoint: string, region: string): Tables => {
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    async create({ name, properties }) {
      const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode } = properties;
      const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => ({
        IndexName,
        KeySchema: keys,
        Projection: projectionOf(Projection),
      }));
      try {
        await client.send(
          new CreateTableCommand({
            TableName: name,
            KeySchema,
            AttributeDefinitions,
            BillingMode,
            ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
          }),
        );
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
      }
    },
    async remove({ name }) {
      await client.send(new DeleteTableCommand({ TableName: name }));
    },
    stop: () => client.destroy(),
  };
};
