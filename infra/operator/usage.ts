/** What the command prints for `--help`, and for words that it does not know. */
export const usage = `Usage: npm run accounts -- (--stage NAME | --local) COMMAND

  create FILE                       creates the accounts of a JSON file (see infra/README.md, "Accounts")
  apply ACCOUNT FIELD=VALUE …       changes name, defaultPackageId (or none) or triggerStages (each stage with a field of its
                                    own) of an account, and says what changed
  list                              id, enabled or disabled, health, name; --json for one JSON object a line
  show ACCOUNT                      everything except the secrets
  rotate ACCOUNT webhook-secret [EVENT]
                                    reads the new signature token of the webhook of this event (candidateStageChange,
                                    candidateDeleted or candidateArchiveChange; the first if you name none) from
                                    standard input; the old one is accepted for 14 days
  rotate ACCOUNT turn-token         reads the new token of Turn's API from standard input
  rotate ACCOUNT callback-key [now]
                                    makes a new callback address for Turn and prints it; the old one is accepted for
                                    14 days, or with "now" refused at once
  rename ACCOUNT NAME               changes the name that people read
  disable ACCOUNT | enable ACCOUNT  stops or resumes accepting webhooks and sign-ins
  pause ACCOUNT | resume ACCOUNT    stops or resumes ordering checks; a Super Admin cannot end this pause
  pause --all | resume --all        the same for all accounts at once
  trace ACCOUNT OPPORTUNITY         tells what happened to a candidate, what they wait for, and why there is no check;
                                    OPPORTUNITY is an id, or the address of its page in Lever
  export ACCOUNT OPPORTUNITY        prints everything stored about a candidate, one item a line
  forget ACCOUNT OPPORTUNITY        deletes it, except for a mark that orders nothing again; delete or anonymize the
                                    candidate in Lever first, or what Lever shows is recorded again within minutes
  audit [ACCOUNT [OPPORTUNITY]]     prints what operators did, also to a deleted account; --json for one JSON object a line
  delete ACCOUNT                    deletes a disabled account and everything stored about it
  restore TIME NEW_TABLE            restores the table to a second of the last 35 days (2026-03-02T09:30:00Z), or to the
                                    latest, into a new one (see infra/RUNBOOK.md, "Restoring data"); not with --local
  redrive stage-changes | redrive check-updates | redrive accounts-due
                                    moves the dead letters of this queue back into it
  rotate-key                        adds a key to both rings of encryption keys, and drops those that are long out of use

--stage NAME: production or sandbox, deployed where infra/stages/NAME.json says; found by the AWS CLI, with your credentials.
--local: the stack that "npm start" runs on this machine; set PORT as for "npm start", if it is not 3000.`;
