-- What came with PostgreSQL 18.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE since18 (
    id int,
    during tsrange,
    twice int GENERATED ALWAYS AS (id * 2) VIRTUAL,
    named int CONSTRAINT always_there NOT NULL NO INHERIT,
    CONSTRAINT hoped CHECK (id > 0) NOT ENFORCED,
    PRIMARY KEY (id, during WITHOUT OVERLAPS)
);
CREATE TABLE within18 (
    id int, during tsrange,
    CONSTRAINT inside FOREIGN KEY (id, PERIOD during) REFERENCES since18 (id, PERIOD during)
);
ALTER TABLE within18 ADD CONSTRAINT later NOT NULL id NOT VALID;
