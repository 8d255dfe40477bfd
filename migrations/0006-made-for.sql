-- The medium that an image was made to go on with; absent for images that begin one.
alter table image add column made_for text check (json_valid(made_for));
