-- Which types of jobs and images and which uses of drives there are is what requests are checked for: new ones need no
-- new table. A column cannot lose its check, so that each is made anew.
alter table image add column kept text not null default 'data';
update image set kept = type;
alter table image drop column type;
alter table image rename column kept to type;

alter table job add column kept text not null default 'data';
update job set kept = type;
alter table job drop column type;
alter table job rename column kept to type;

alter table copy add column kept text not null default 'disc';
update copy set kept = kind;
alter table copy drop column kind;
alter table copy rename column kept to kind;

-- Of a job that verifies what another one has recorded: by what its discs are known.
alter table job add column recordings text not null default '[]' check (json_valid(recordings));
