-- Made for a plan alone: it ends with the daemon that answered the plan, unless an open job records it.
alter table image add column for_plan integer not null default 0 check (for_plan in (0, 1));
