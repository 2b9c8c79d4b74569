import type { Schemas } from '../api/client.ts';
import { StatusBadge } from '../ui/status.tsx';

/** Whether an endpoint is sent to, and whether what is sent arrives. */
export function EndpointStatus({ endpoint: { status, failing_since } }: { endpoint: Pick<Schemas['WebhookEndpoint'], 'status' | 'failing_since'> }) {
  if (status === 'disabled') return <StatusBadge status="disabled" />;
  if (status === 'inactive') return <StatusBadge status="retired" label="Switched off" />;
  return <StatusBadge status={failing_since === null ? 'active' : 'failing'} />;
}
