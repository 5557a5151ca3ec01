import { type Change, GatehouseError } from '../domain/index.js';
import { refusalsIn } from './administer.js';
import { Forecast } from './forecast.js';
import type { Gateway } from './gateway.js';
import { pinned } from './look-back.js';
import { planChanges } from './plan-changes.js';
import type { PlannedChange } from './planned-change.js';
import { type Administrator, holds } from './viewer.js';

/** Most changes that one plan may hold. */
export const MAX_PLANNED_CHANGES = 1_000;

/**
 * What planned changes would do together, in the order given. Nothing is locked or written.
 * @throws GatehouseError `INPUT_INVALID` for none or too many; and as `planChanges`.
 */
export function previewChanges(
  gateway: Gateway,
  viewer: Administrator,
  planned: readonly PlannedChange[],
): Forecast {
  if (planned.length < 1 || planned.length > MAX_PLANNED_CHANGES) {
    throw new GatehouseError('INPUT_INVALID', {
      field: 'changes',
      reason: `must list 1 to ${MAX_PLANNED_CHANGES} changes`,
    });
  }
  const { index } = gateway.live;
  const { systemAdministration } = index.scheme.scheme;
  const changes = planChanges(index, planned);
  return new Forecast(pinned(gateway, index.revision), {
    changes,
    judge: (forecast) => [
      ...(changes.some(needsSystem) && !holds(forecast.before, viewer, systemAdministration)
        ? [new GatehouseError('PERMISSION_DENIED', { needed: systemAdministration })]
        : []),
      ...refusalsIn(forecast, viewer),
    ],
  });
}

/** Whether a change of this kind is for system administrators. */
function needsSystem({ kind }: Change): boolean {
  return (
    kind.startsWith('Director') ||
    kind === 'MembershipModeChanged' ||
    kind === 'LicenceLimitChanged'
  );
}
