ALTER TABLE songs ALTER COLUMN plays TYPE bigint;
ALTER TABLE songs RENAME COLUMN note TO remark;
