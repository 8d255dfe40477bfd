-- A cancel that a daemon could not hand to its worker any more is repeated by the next one, with the same consent.
alter table job add column cancel_forced integer not null default 0 check (cancel_forced in (0, 1));
