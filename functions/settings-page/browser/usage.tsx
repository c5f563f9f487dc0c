import { useEffect } from 'preact/hooks';
import type { PackageNames, Usage } from './candidates-contract.ts';
import type { CandidatesList } from './candidates-list.ts';
import { packageText, candidateWords as words } from './candidates-texts.ts';
import { texts } from './texts.ts';

/** How many checks were started this month, by package. */
export const UsageOfMonth = ({ list, packageNames }: { list: CandidatesList; packageNames: PackageNames }) => {
  useEffect(() => void list.loadUsage(), []);
  const loaded = list.usage.value;
  if (loaded.state === 'loading') return null;
  if (loaded.state === 'failed')
    return (
      <p class="usage fault" role="alert">
        {words.usageFailed} {loaded.failure.message}{' '}
        <button type="button" class="link" onClick={() => void list.loadUsage()}>
          {texts.retry}
        </button>
      </p>
    );
  const { month, packages } = loaded.value;
  return (
    <section class="usage" aria-labelledby="usage-title">
      <h3 id="usage-title">{words.usage(monthFormat.format(new Date(`${month}-01T00:00:00Z`)))}</h3>
      {packages.length === 0 ? (
        <p class="quiet">{words.usageNone}</p>
      ) : (
        <Packages packages={packages} packageNames={packageNames} />
      )}
    </section>
  );
};

const Packages = ({ packages, packageNames }: Pick<Usage, 'packages'> & { packageNames: PackageNames }) => (
  <table>
    <thead class="unseen">
      <tr>
        <th scope="col">{words.usagePackage}</th>
        <th scope="col">{words.usageChecks}</th>
      </tr>
    </thead>
    <tbody>
      {packages.map(({ packageId, started }) => (
        <tr key={packageId}>
          <th scope="row">{packageText(packageId, packageNames)}</th>
          <td>{started}</td>
        </tr>
      ))}
      {packages.length === 1 ? null : (
        <tr class="total">
          <th scope="row">{words.usageTotal}</th>
          <td>{packages.reduce((sum, { started }) => sum + started, 0)}</td>
        </tr>
      )}
    </tbody>
  </table>
);

const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
