-- What financials.project-cost must hold, from the source's tables. Columns are named as the fields.
-- Sums are exact; a null actual counts as zero; void invoices count but add nothing to invoiced.
select
  project_id,
  coalesce(i.item_count, 0)::bigint as item_count,
  coalesce(i.budgeted, 0)::numeric(24, 2) as budgeted,
  coalesce(i.actual, 0)::numeric(24, 2) as actual,
  coalesce(v.invoice_count, 0)::bigint as invoice_count,
  coalesce(v.invoiced, 0)::numeric(24, 2) as invoiced,
  coalesce(v.paid, 0)::numeric(24, 2) as paid
from (
  select project_id, count(*) as item_count, sum(budgeted) as budgeted, sum(actual) as actual
  from financials.cost_item
  group by project_id
) i
full join (
  select
    project_id,
    count(*) as invoice_count,
    sum(amount) filter (where status <> 'void') as invoiced,
    sum(amount) filter (where status = 'paid') as paid
  from financials.invoice
  group by project_id
) v using (project_id)
