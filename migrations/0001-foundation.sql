create table meta (
  only integer primary key check (only = 1),
  -- New with each database: sequence numbers of events mean nothing in another epoch.
  epoch text not null,
  generation integer not null default 0 check (generation >= 0)
) strict;

create table image (
  id text primary key,
  state text not null check (state in ('mastering', 'ready', 'failed')),
  type text not null check (type in ('data', 'image')),
  label text,
  principal text not null,
  request text not null check (json_valid(request)),
  request_digest text not null,
  summary text check (json_valid(summary)),
  warnings text not null default '[]' check (json_valid(warnings)),
  bytes integer not null default 0 check (bytes >= 0),
  problem text check (json_valid(problem)),
  created_at text not null,
  ready_at text,
  check ((state = 'failed') = (problem is not null)),
  check ((state = 'ready') = (summary is not null))
) strict;

create table job (
  id text primary key,
  rev integer not null default 1 check (rev > 0),
  type text not null check (type in ('data', 'image')),
  label text,
  principal text not null,
  priority integer not null check (priority between 0 and 100),
  state text not null check (
    state in ('held', 'queued', 'waiting', 'running', 'canceling', 'completed', 'failed', 'canceled')
  ),
  outcome text check (outcome in ('ok', 'partial')),
  phase text,
  reasons text not null default '[]' check (json_valid(reasons)),
  problem text check (json_valid(problem)),
  copies_wanted integer not null check (copies_wanted between 1 and 1000),
  max_attempts integer not null check (max_attempts between 1 and 10),
  image text references image (id) on delete set null,
  retry_of text references job (id) on delete set null,
  cancel_requested integer not null default 0 check (cancel_requested in (0, 1)),
  request text not null check (json_valid(request)),
  created_at text not null,
  updated_at text not null,
  ended_at text,
  check ((state = 'completed') = (outcome is not null)),
  check ((state in ('completed', 'failed', 'canceled')) = (ended_at is not null))
) strict;

create index job_by_state on job (state, id);
create index job_by_label on job (label, id) where label is not null;
create index job_by_image on job (image) where image is not null;
create index job_by_retry on job (retry_of) where retry_of is not null;

create table copy (
  job text not null references job (id) on delete cascade,
  number integer not null check (number between 1 and 1000),
  kind text not null check (kind in ('disc')),
  state text not null check (state in ('pending', 'active', 'good', 'bad', 'skipped', 'canceled')),
  drive text,
  problem text check (json_valid(problem)),
  primary key (job, number)
) strict, without rowid;

create index copy_by_state on copy (state, job, number);

create table attempt (
  job text not null,
  copy integer not null,
  number integer not null check (number >= 1),
  drive text not null,
  state text not null check (
    state in ('assigned', 'underway', 'good', 'bad', 'unproven', 'interrupted', 'refused', 'withdrawn')
  ),
  phase text,
  touched integer not null default 0 check (touched in (0, 1)),
  -- Of the last journal entry that was folded.
  sequence integer not null default 0 check (sequence >= 0),
  plan text check (json_valid(plan)),
  plan_hash text,
  medium text check (json_valid(medium)),
  problem text check (json_valid(problem)),
  proof text check (json_valid(proof)),
  started_at text not null,
  ended_at text,
  primary key (job, copy, number),
  foreign key (job, copy) references copy (job, number) on delete cascade,
  check ((state in ('assigned', 'underway')) = (ended_at is null)),
  check (state <> 'good' or proof is not null),
  check (state not in ('refused', 'withdrawn') or touched = 0)
) strict, without rowid;

create unique index attempt_open_on_drive on attempt (drive) where state in ('assigned', 'underway');
create unique index attempt_open_at_copy on attempt (job, copy) where state in ('assigned', 'underway');
create index attempt_by_drive on attempt (drive, job);

-- Copies and attempts name drives without a reference: their history outlives a drive that was removed.
create table drive (
  id text primary key,
  rev integer not null default 1 check (rev > 0),
  name text not null,
  transport text not null check (transport in ('sg', 'virtual', 'socket')),
  port text not null,
  device text,
  vendor text not null,
  product text not null,
  revision text not null,
  serial text,
  accepting integer not null default 1 check (accepting in (0, 1)),
  enabled integer not null default 1 check (enabled in (0, 1)),
  first_seen_at text not null,
  last_seen_at text not null
) strict;

create table virtual_drive (
  id text primary key,
  home text not null check (home in ('worker', 'process')),
  settings text not null check (json_valid(settings)),
  medium text unique,
  created_at text not null
) strict;

create table lease (
  id text primary key,
  drive text not null unique references drive (id) on delete cascade,
  principal text not null,
  name text not null,
  count integer not null check (count >= 1),
  expires_at text not null,
  bound integer not null check (bound in (0, 1))
) strict;

create index lease_by_expiry on lease (expires_at);

create table token (
  id text primary key,
  name text not null,
  scopes text not null check (json_valid(scopes)),
  -- SHA-256 of the secret, which is kept nowhere.
  secret_hash text not null unique check (length(secret_hash) = 64),
  created_at text not null,
  expires_at text,
  last_used_at text
) strict;

create table event (
  -- autoincrement: a number is never given twice, even when the newest events were purged.
  seq integer primary key autoincrement,
  at text not null,
  topic text not null,
  kind text not null,
  data text not null check (json_valid(data))
) strict;

create index event_by_time on event (at);

create table idempotency (
  principal text not null,
  route text not null,
  key text not null,
  digest text not null,
  status integer,
  headers text check (json_valid(headers)),
  body text check (json_valid(body)),
  created_at text not null,
  primary key (principal, route, key)
) strict, without rowid;

create index idempotency_by_time on idempotency (created_at);
