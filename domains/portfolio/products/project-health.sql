-- What portfolio.project-health must hold, from the source's tables. Columns are named as the fields.
-- percent_spent is divided once: the integer quotient (div) of doubled numbers is HALF_UP without an inner rounding.
with items as (
  select project_id, count(*) as item_count, sum(budgeted) as budgeted, sum(actual) as actual
  from financials.cost_item
  group by project_id
),
invoices as (
  select project_id, count(*) as invoice_count, sum(amount) filter (where status <> 'void') as invoiced
  from financials.invoice
  group by project_id
),
health as (
  select
    p.project_id,
    p.name,
    p.agency,
    p.status,
    p.budget_amount as budget,
    coalesce(i.budgeted, 0)::numeric(24, 2) as budgeted,
    coalesce(i.actual, 0)::numeric(24, 2) as spent,
    coalesce(v.invoiced, 0)::numeric(24, 2) as invoiced,
    coalesce(i.item_count, 0)::bigint as item_count,
    coalesce(v.invoice_count, 0)::bigint as invoice_count
  from projects.project p
  left join items i using (project_id)
  left join invoices v using (project_id)
)
select
  project_id,
  name,
  agency,
  status,
  budget,
  budgeted,
  spent,
  invoiced,
  (budget - spent)::numeric(24, 2) as remaining,
  case when budget > 0
    then (div(20000 * spent + budget, 2 * budget) * 0.01)::numeric(30, 2)
  end as percent_spent,
  spent > budget as over_budget,
  item_count,
  invoice_count
from health
