-- The source database of the sample: two domains, two schemas. There is no foreign key across rows on purpose: keys
-- change and rows go in any order, and what is published must follow all the same.
create schema if not exists projects;
create schema if not exists financials;

create table if not exists projects.project (
  project_id text primary key check (project_id ~ '^P-[0-9]{6}'),
  name text not null,
  agency text not null,
  status text not null check (status in ('planned', 'active', 'on-hold', 'closed')),
  budget_amount numeric(15, 2) not null check (budget_amount > 0),
  manager_name text,
  manager_email text check (manager_email is null or manager_email like '%_@_%'),
  start_date date,
  archived boolean not null default false,
  internal_remark text,
  updated_at timestamptz not null
);
alter table projects.project replica identity full;
comment on column projects.project.internal_remark is 'No contract names this column: it is never published.';

create table if not exists projects.task (
  task_id bigint primary key,
  project_id text not null,
  title text not null,
  status text not null check (status in ('open', 'doing', 'done')),
  priority integer not null check (priority between 1 and 5),
  assignee_email text check (assignee_email is null or assignee_email like '%_@_%'),
  estimate_hours numeric(9, 2) check (estimate_hours >= 0),
  due_date date,
  labels text[] not null default '{}' check (array_position(labels, null) is null),
  attributes jsonb check (jsonb_typeof(attributes) = 'object'),
  notes text,
  updated_at timestamptz not null
);
alter table projects.task replica identity full;
-- Long notes lie out of line and uncompressed, so that an update of other columns leaves them unchanged.
alter table projects.task alter column notes set storage external;

create table if not exists financials.contractor (
  contractor_id text primary key check (contractor_id ~ '^C-[0-9]{5}'),
  legal_name text not null,
  tax_id text not null,
  contact_name text,
  contact_email text check (contact_email is null or contact_email like '%_@_%'),
  small_business boolean not null,
  rating integer check (rating between 1 and 5),
  registered_on date not null,
  updated_at timestamptz not null
);
alter table financials.contractor replica identity full;

create table if not exists financials.cost_item (
  project_id text not null,
  line_no integer not null check (line_no > 0),
  description text not null,
  category text not null check (category in ('labour', 'material', 'equipment', 'services')),
  budgeted numeric(15, 2) not null check (budgeted >= 0),
  actual numeric(15, 2) check (actual >= 0),
  updated_at timestamptz not null,
  primary key (project_id, line_no)
);
alter table financials.cost_item replica identity full;

create table if not exists financials.invoice (
  invoice_id uuid primary key,
  project_id text not null,
  contractor_id text not null,
  amount numeric(15, 2) not null check (amount >= 0),
  status text not null check (status in ('submitted', 'approved', 'paid', 'void')),
  issued_on date not null,
  paid_at timestamptz,
  updated_at timestamptz not null
);
alter table financials.invoice replica identity full;

create table if not exists projects.mesh_heartbeat (source text primary key, beat_at timestamptz not null);
create table if not exists financials.mesh_heartbeat (source text primary key, beat_at timestamptz not null);
alter table projects.mesh_heartbeat replica identity full;
alter table financials.mesh_heartbeat replica identity full;

-- Numbers that no row has had: sequences never go back, also not with a rollback, and a later run goes on from them.
create sequence if not exists projects.project_number;
create sequence if not exists projects.task_number;
create sequence if not exists projects.tick;
create sequence if not exists financials.contractor_number;
create sequence if not exists financials.invoice_number;
create sequence if not exists financials.line_number;
