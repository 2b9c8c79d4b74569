import { IconActivity, IconCreditCard, IconFileInvoice, IconHistory, IconLayoutDashboard, IconPercentage, IconReceiptRefund, IconRefresh, IconSettings, IconTags, IconTicket, IconUsers, IconWebhook } from '@tabler/icons-react';
import { type ComponentType, lazy } from 'react';
import type { Scope } from '../api/session.ts';

type Room = {
  path: string;
  /** A room's own page has a place in the navigation. */
  nav?: { label: string; icon: ComponentType<{ size?: number; stroke?: number }>; /** without which there is nothing to see */ scope?: Scope };
  page: ComponentType;
};

/** Every page, each in a chunk of its own. */
export const rooms: Room[] = [
  { path: '/', nav: { label: 'Overview', icon: IconLayoutDashboard }, page: lazy(() => import('../overview/overview.tsx')) },
  { path: '/users', nav: { label: 'Customers', icon: IconUsers }, page: lazy(() => import('../users/users.tsx')) },
  { path: '/users/:id', page: lazy(() => import('../users/user.tsx')) },
  { path: '/users/:id/usage', page: lazy(() => import('../usage/usage.tsx')) },
  { path: '/users/:id/balance', page: lazy(() => import('../credits/balance_page.tsx')) },
  { path: '/subscriptions', nav: { label: 'Subscriptions', icon: IconRefresh }, page: lazy(() => import('../subscriptions/subscriptions.tsx')) },
  { path: '/subscriptions/:id', page: lazy(() => import('../subscriptions/subscription.tsx')) },
  { path: '/invoices', nav: { label: 'Invoices', icon: IconFileInvoice }, page: lazy(() => import('../invoices/invoices.tsx')) },
  { path: '/invoices/:userId/:invoiceId', page: lazy(() => import('../invoices/invoice.tsx')) },
  { path: '/credit_notes', nav: { label: 'Credit notes', icon: IconReceiptRefund }, page: lazy(() => import('../credits/credit_notes.tsx')) },
  { path: '/credit_notes/:id', page: lazy(() => import('../credits/credit_note.tsx')) },
  { path: '/payments', nav: { label: 'Payments', icon: IconCreditCard }, page: lazy(() => import('../payments/payments.tsx')) },
  { path: '/plans', nav: { label: 'Plans', icon: IconTags }, page: lazy(() => import('../plans/plans.tsx')) },
  { path: '/plans/_new', /* which is no plan's code */ page: lazy(() => import('../plans/new_plan.tsx')) },
  { path: '/plans/:code', page: lazy(() => import('../plans/plan.tsx')) },
  { path: '/plans/:code/new_version', page: lazy(() => import('../plans/new_version.tsx')) },
  { path: '/coupons', nav: { label: 'Coupons', icon: IconTicket }, page: lazy(() => import('../coupons/coupons.tsx')) },
  { path: '/coupons/:code', page: lazy(() => import('../coupons/coupon.tsx')) },
  { path: '/tax_rates', nav: { label: 'Tax rates', icon: IconPercentage }, page: lazy(() => import('../taxes/tax_rates.tsx')) },
  { path: '/webhooks', nav: { label: 'Webhooks', icon: IconWebhook }, page: lazy(() => import('../webhooks/webhooks.tsx')) },
  { path: '/webhooks/:id', page: lazy(() => import('../webhooks/endpoint.tsx')) },
  { path: '/audit', nav: { label: 'Audit', icon: IconHistory }, page: lazy(() => import('../audit/audit.tsx')) },
  { path: '/system', nav: { label: 'System', icon: IconActivity }, page: lazy(() => import('../system/system.tsx')) },
  { path: '/settings', nav: { label: 'Settings', icon: IconSettings, scope: 'admin' }, page: lazy(() => import('../settings/settings.tsx')) },
  { path: '*', page: lazy(() => import('./not_found.tsx')) },
];
