/** What Lambda's runtime gives a handler beside the event. */
export const contextOf = (awsRequestId: string) => ({
  awsRequestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'bench',
  functionVersion: '$LATEST',
  memoryLimitInMB: '512',
  logGroupName: '/aws/lambda/bench',
  logStreamName: 'bench',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:bench',
  getRemainingTimeInMillis: () => 10_000,
});
