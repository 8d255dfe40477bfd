-- Which attempt of its drive it is: clocks are set back, and what came last must not depend on one.
alter table attempt add column turn integer not null default 0;
update attempt set turn = (
  select count(*) from attempt as other
  where other.drive = attempt.drive and other.started_at <= attempt.started_at
);
create index attempt_in_order on attempt (drive, turn);
