-- What a failed attempt has left: the state of the medium, and what to do with it.
alter table attempt add column medium_after text check (json_valid(medium_after));
