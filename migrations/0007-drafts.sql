-- Images that clients build: `building` is a state of theirs, and a check cannot be changed, so that the table is made anew.
-- Dropping it would take from jobs the images that they name.
create table job_image as select id, image from job where image is not null;

create table image_new (
  id text primary key,
  state text not null check (state in ('building', 'mastering', 'ready', 'failed')),
  type text not null,
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
  for_plan integer not null default 0 check (for_plan in (0, 1)),
  made_for text check (json_valid(made_for)),
  -- Of a draft: grows with each change, the number of its last revision, and the one that it cannot go back behind.
  rev integer check (rev > 0),
  revision integer check (revision >= 0),
  locked_in integer check (locked_in between 0 and revision),
  -- A draft that could not be made is one again, and says why.
  check (state <> 'failed' or problem is not null),
  check (problem is null or state = 'failed' or (state = 'building' and rev is not null)),
  check ((state = 'ready') = (summary is not null)),
  check ((rev is null) = (revision is null) and (rev is null) = (locked_in is null)),
  check (state <> 'building' or rev is not null)
) strict;

insert into image_new (id, state, type, label, principal, request, request_digest, summary, warnings, bytes, problem,
  created_at, ready_at, for_plan, made_for)
select id, state, type, label, principal, request, request_digest, summary, warnings, bytes, problem,
  created_at, ready_at, for_plan, made_for from image;

drop table image;
alter table image_new rename to image;
update job set image = (select image from job_image where job_image.id = job.id)
where id in (select id from job_image);
drop table job_image;

-- What made a draft what it is: the edits of one request, in the order of their numbers.
create table draft_revision (
  image text not null references image (id) on delete cascade,
  number integer not null check (number > 0),
  at text not null,
  edits text not null check (json_valid(edits)),
  primary key (image, number)
) strict, without rowid;
