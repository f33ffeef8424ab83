-- Every table is owned by yiwang_registers. Columns shared by all rows: where a row is from and which version it is.
CREATE TABLE registers.shared_columns (
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    origin text NOT NULL DEFAULT 'generated',   -- generated, persona, reported, corrected
    source text NOT NULL DEFAULT ''             -- the case or correction that brought the last change
);

CREATE TABLE registers.register_state (
    register text PRIMARY KEY,
    key_column text NOT NULL,
    available boolean NOT NULL DEFAULT true,
    refreshed_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT ''
);

-- By which other columns a row to be written may be found, besides its key (registers.json says the same).
CREATE TABLE registers.way_in (
    register text NOT NULL,
    source text NOT NULL,
    by_column text NOT NULL,
    PRIMARY KEY (register, source, by_column)
);
INSERT INTO registers.way_in (register, source, by_column) VALUES
    ('household', 'household_by_person', 'person_id_number'),
    ('marriage', 'marriage_by_person', 'person_id_number'),
    ('birth', 'birth', 'child_id_number'),
    ('company', 'company', 'legal_representative_id_number'),
    ('property', 'property', 'owner_id_number'),
    ('bank_account', 'bank_account', 'holder'),
    ('benefit_payment', 'benefit_payment', 'id_number'),
    ('vaccination', 'vaccination', 'record_no'),
    ('vaccination', 'vaccination', 'id_number'),
    ('maternity', 'maternity', 'mother_id_number');

CREATE TABLE registers.city (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    report jsonb NOT NULL
);

CREATE TABLE registers.history (
    register text NOT NULL,
    key text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    replaced_at timestamptz NOT NULL,
    "values" jsonb NOT NULL,
    PRIMARY KEY (register, key, version)
);

-- Numbers of documents that come into being by a case (a card, an insurance) and not with the city.
CREATE SEQUENCE registers.document_no START 80000001;

-- The last sequence number given for a division, a birth date and a parity; rows appear when a number is first assigned.
CREATE TABLE registers.id_sequence (
    prefix text COLLATE "C" NOT NULL,
    parity integer NOT NULL,
    last integer NOT NULL,
    PRIMARY KEY (prefix, parity)
);

CREATE TABLE registers.person (
    id_number text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    sex text NOT NULL CHECK (sex IN ('1', '2')),
    birth_date date NOT NULL,
    ethnicity text NOT NULL DEFAULT '01',
    nationality text NOT NULL DEFAULT 'CHN',
    household_no text COLLATE "C" NOT NULL DEFAULT '',
    relation_to_head text NOT NULL DEFAULT '',
    domicile_division text NOT NULL DEFAULT '',
    domicile_address text NOT NULL DEFAULT '',
    residence_address text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    marital_status text NOT NULL DEFAULT '10',
    hukou_kind text NOT NULL DEFAULT '1',
    status text NOT NULL DEFAULT '1',
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX person_household ON registers.person (household_no) WHERE household_no <> '';

CREATE TABLE registers.household (
    household_no text COLLATE "C" PRIMARY KEY,
    head_id_number text COLLATE "C" NOT NULL,
    head_name text NOT NULL,
    address text NOT NULL,
    division text NOT NULL,
    member_count integer NOT NULL CHECK (member_count >= 0),
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.marriage (
    certificate_no text COLLATE "C" PRIMARY KEY,
    husband_id_number text COLLATE "C" NOT NULL,
    husband_name text NOT NULL,
    wife_id_number text COLLATE "C" NOT NULL,
    wife_name text NOT NULL,
    registered_on date NOT NULL,
    status text NOT NULL DEFAULT '1',
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX marriage_husband ON registers.marriage (husband_id_number);
CREATE INDEX marriage_wife ON registers.marriage (wife_id_number);

CREATE TABLE registers.birth (
    record_no text COLLATE "C" PRIMARY KEY,
    certificate_no text,
    child_name text,
    child_sex text NOT NULL CHECK (child_sex IN ('1', '2')),
    child_id_number text COLLATE "C",
    born_on date NOT NULL,
    born_at text NOT NULL DEFAULT '',
    born_at_hospital text NOT NULL,
    hospital_code text NOT NULL,
    weight_g integer NOT NULL,
    length_cm integer NOT NULL,
    gestation_weeks integer NOT NULL,
    mother_id_number text COLLATE "C" NOT NULL,
    mother_name text NOT NULL,
    father_id_number text COLLATE "C",
    father_name text,
    birth_order integer NOT NULL DEFAULT 1,
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX birth_child ON registers.birth (child_id_number);
CREATE INDEX birth_mother ON registers.birth (mother_id_number);
CREATE INDEX birth_father ON registers.birth (father_id_number);

CREATE TABLE registers.death (
    id_number text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    died_on date NOT NULL,
    certificate_no text NOT NULL,
    place text NOT NULL DEFAULT '',
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.address (
    address_code text COLLATE "C" PRIMARY KEY,
    text text NOT NULL,
    division text NOT NULL,
    community text NOT NULL,
    road text NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.company (
    credit_code text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    legal_representative text NOT NULL,
    legal_representative_id_number text COLLATE "C" NOT NULL,
    address text NOT NULL,
    division text NOT NULL,
    capital_yuan bigint NOT NULL,
    established_on date NOT NULL,
    status text NOT NULL DEFAULT '1',
    kind text NOT NULL,
    industry_code text NOT NULL,
    scope text NOT NULL,
    phone text NOT NULL DEFAULT '',
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX company_representative ON registers.company (legal_representative_id_number);

CREATE TABLE registers.tax_registration (
    credit_code text COLLATE "C" PRIMARY KEY,
    name text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT '1',
    taxpayer_kind text NOT NULL DEFAULT '1',
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.property (
    certificate_no text COLLATE "C" PRIMARY KEY,
    address text NOT NULL,
    area_m2 numeric(8, 2) NOT NULL,
    use text NOT NULL,
    owner_id_number text COLLATE "C" NOT NULL,
    owner_name text NOT NULL,
    registered_on date NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX property_owner ON registers.property (owner_id_number);

CREATE TABLE registers.social_insurance (
    id_number text COLLATE "C" PRIMARY KEY,
    number text NOT NULL,
    name text NOT NULL,
    birth_date date NOT NULL,
    status text NOT NULL DEFAULT '1',
    kind text NOT NULL DEFAULT '1',
    paid_months integer NOT NULL DEFAULT 0 CHECK (paid_months >= 0),
    employer_name text NOT NULL DEFAULT '',
    employer_credit_code text COLLATE "C" NOT NULL DEFAULT '',
    started_on date NOT NULL,
    base_yuan integer NOT NULL DEFAULT 0,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.employment (
    id_number text COLLATE "C" PRIMARY KEY,
    post_kind text NOT NULL,
    first_work_on date NOT NULL,
    retire_age_date date NOT NULL,
    deemed_months integer NOT NULL DEFAULT 0,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.pension (
    id_number text COLLATE "C" PRIMARY KEY,
    status text NOT NULL DEFAULT '1',
    monthly_yuan numeric(10, 2) NOT NULL DEFAULT 0,
    started_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.social_security_card (
    id_number text COLLATE "C" PRIMARY KEY,
    card_no text NOT NULL DEFAULT 'K' || nextval('registers.document_no'),
    issued_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    status text NOT NULL DEFAULT '1',
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.bank_account (
    account_no text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    bank_name text NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX bank_account_holder ON registers.bank_account (holder);

CREATE TABLE registers.medical_insurance (
    id_number text COLLATE "C" PRIMARY KEY,
    number text NOT NULL DEFAULT 'M' || nextval('registers.document_no'),
    name text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT '2',
    status text NOT NULL DEFAULT '1',
    paid_until date,
    maternity_covered boolean NOT NULL DEFAULT false,
    contact_address text NOT NULL DEFAULT '',
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.education (
    id_number text COLLATE "C" PRIMARY KEY,
    student_no text NOT NULL,
    school_name text NOT NULL,
    stage text NOT NULL,
    grade integer NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.residence_permit (
    id_number text COLLATE "C" PRIMARY KEY,
    permit_no text NOT NULL,
    valid_until date NOT NULL,
    address text NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.disability (
    id_number text COLLATE "C" PRIMARY KEY,
    certificate_no text NOT NULL,
    grade text NOT NULL,
    kind text NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

-- A register of exceptions: who is not in it is not a dishonest debtor.
CREATE TABLE registers.credit (
    subject_key text COLLATE "C" PRIMARY KEY,
    dishonest boolean NOT NULL,
    published_on date NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.food_licence (
    credit_code text COLLATE "C" PRIMARY KEY,
    licence_no text NOT NULL,
    valid_until date NOT NULL,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.fire_check (
    credit_code text COLLATE "C" PRIMARY KEY,
    passed boolean NOT NULL,
    checked_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.hygiene_check (
    credit_code text COLLATE "C" PRIMARY KEY,
    passed boolean NOT NULL,
    checked_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.benefit_payment (
    payment_no text COLLATE "C" PRIMARY KEY,
    id_number text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    monthly_yuan numeric(10, 2) NOT NULL DEFAULT 0,
    status text NOT NULL DEFAULT '1',
    started_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX benefit_payment_person ON registers.benefit_payment (id_number);

CREATE TABLE registers.provident_fund (
    id_number text COLLATE "C" PRIMARY KEY,
    account_no text NOT NULL,
    status text NOT NULL DEFAULT '1',
    balance_yuan numeric(12, 2) NOT NULL DEFAULT 0,
    LIKE registers.shared_columns INCLUDING ALL
);

CREATE TABLE registers.vaccination (
    certificate_no text COLLATE "C" PRIMARY KEY,
    record_no text COLLATE "C" NOT NULL DEFAULT '',
    id_number text COLLATE "C",
    clinic_name text NOT NULL DEFAULT '',
    issued_on date NOT NULL DEFAULT ((now() AT TIME ZONE 'Asia/Shanghai')::date),
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX vaccination_record ON registers.vaccination (record_no);
CREATE INDEX vaccination_child ON registers.vaccination (id_number);

CREATE TABLE registers.maternity (
    registration_no text COLLATE "C" PRIMARY KEY,
    mother_id_number text COLLATE "C" NOT NULL,
    father_id_number text COLLATE "C",
    registered_on date NOT NULL,
    child_order integer NOT NULL DEFAULT 1,
    LIKE registers.shared_columns INCLUDING ALL
);
CREATE INDEX maternity_mother ON registers.maternity (mother_id_number);

-- The same registers, found by a person who stands in another column.
CREATE VIEW registers.household_by_person AS
    SELECT h.*, p.id_number AS person_id_number
    FROM registers.person p JOIN registers.household h ON h.household_no = p.household_no
    WHERE p.household_no <> '';

CREATE VIEW registers.marriage_by_person AS
    SELECT m.*, '20'::text AS marital_status, m.husband_id_number AS person_id_number, m.wife_id_number AS spouse_id_number, m.wife_name AS spouse_name
    FROM registers.marriage m WHERE m.status = '1'
    UNION ALL
    SELECT m.*, '20'::text, m.wife_id_number, m.husband_id_number, m.husband_name
    FROM registers.marriage m WHERE m.status = '1';

-- Which records and persons belong to a subject, and why.
CREATE VIEW registers.relation AS
    SELECT mother_id_number AS subject, 'mother' AS relation, 'birth' AS kind, record_no AS value,
           coalesce(child_name, '未取名') || ' ' || born_on::text AS label FROM registers.birth
    UNION ALL SELECT father_id_number, 'father', 'birth', record_no, coalesce(child_name, '未取名') || ' ' || born_on::text
        FROM registers.birth WHERE father_id_number IS NOT NULL
    UNION ALL SELECT mother_id_number, 'child', 'person', child_id_number, child_name FROM registers.birth WHERE child_id_number IS NOT NULL
    UNION ALL SELECT father_id_number, 'child', 'person', child_id_number, child_name
        FROM registers.birth WHERE child_id_number IS NOT NULL AND father_id_number IS NOT NULL
    UNION ALL SELECT husband_id_number, 'spouse', 'person', wife_id_number, wife_name FROM registers.marriage WHERE status = '1'
    UNION ALL SELECT wife_id_number, 'spouse', 'person', husband_id_number, husband_name FROM registers.marriage WHERE status = '1'
    UNION ALL SELECT husband_id_number, 'spouse', 'marriage', certificate_no, certificate_no FROM registers.marriage
    UNION ALL SELECT wife_id_number, 'spouse', 'marriage', certificate_no, certificate_no FROM registers.marriage
    UNION ALL SELECT id_number, 'member', 'household', household_no, domicile_address FROM registers.person WHERE household_no <> ''
    UNION ALL SELECT owner_id_number, 'owner', 'property', certificate_no, address FROM registers.property
    UNION ALL SELECT legal_representative_id_number, 'legal_representative', 'company', credit_code, name FROM registers.company
    UNION ALL SELECT c.legal_representative_id_number, 'legal_representative', 'property', p.certificate_no, p.address
        FROM registers.company c JOIN registers.property p ON p.owner_id_number = c.credit_code;
